import {
  checkoutRoot,
  dropStorage,
  eventually,
  removeInstallationRecord,
  serviceNames,
  startInfrastructure,
  testName,
  testRun,
} from '@tidemark/test-servers';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  expectGone,
  expectReady,
  interrupt,
  npmStart,
  processesOf,
  runCommand,
  type Command,
  type StartedByNpm,
} from './npm-start.fixture';

const { urls: serverUrls } = testRun();
const name = testName();
const servers = {
  // Nothing but what this run has.
  TIDEMARK_SERVER_WAYS: 'env',
  DATABASE_URL: serverUrls.postgres,
  AMQP_URL: serverUrls.rabbitmq,
  MONGODB_URL: serverUrls.mongodb,
};

const environment = { ...process.env, ...servers, TIDEMARK_NAME: name };

/** The tools as run from a shell, with the servers of this test run. */
const tool = (script: string, args: readonly string[]): Command =>
  runCommand('npm', ['run', '-s', script, '--', ...args], environment);

describe('npm start', () => {
  let system: StartedByNpm;

  async function start(): Promise<void> {
    system = await npmStart(environment);
  }
  /** The routes in the port's own OpenAPI document. */
  async function routesAt(url: string) {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, object>>;
    };
    return Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, 'x'),
      })),
    );
  }
  beforeAll(start);

  afterAll(async () => {
    await interrupt(system);
    const infrastructure = await startInfrastructure({
      services: Object.keys(serverUrls) as 'postgres'[],
      environment,
      log: () => {},
    });
    await dropStorage(infrastructure, name);
    await removeInstallationRecord(name);
  });

  it('shows what runs on a first screen of at most 15 lines of at most 100 characters', () => {
    const lines = system.output().trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    // How each server was found is for `--verbose`.
    expect(system.output()).toMatch(/^ {2}log +Postgres at DATABASE_URL$/m);
    expect(system.output()).not.toContain('by env: ');
  });

  it('prints the command for a token that the system accepts', async () => {
    const command = /^ +token +(TOKEN=.+)$/m.exec(system.output())![1]!;
    const shell = runCommand('bash', ['-c', `${command}; printf %s "$TOKEN"`], environment);
    await shell.ended;
    const response = await fetch(`${system.urls['query-service']}/v1/orders?limit=5`, {
      headers: { authorization: `Bearer ${shell.output()}` },
    });
    expect([response.status, await response.json()]).toEqual([200, { items: [] }]);
  });

  it.each(['/openapi.json', '/docs', '/health/live', '/health/ready', '/health/startup'])(
    'serves %s from every service',
    async (path) => {
      const answers = await Promise.all(Object.values(system.urls).map((url) => fetch(`${url}${path}`)));
      expect(answers.map((answer) => answer.status)).toEqual(serviceNames.map(() => 200));
    },
  );

  it.each(['/openapi.json', '/docs', '/metrics'])(
    'serves %s from the admin port of every service',
    async (path) => {
      const answers = await Promise.all(Object.values(system.adminUrls).map((url) => fetch(`${url}${path}`)));
      expect(answers.map((answer) => answer.status)).toEqual(serviceNames.map(() => 200));
    },
  );

  it.each(serviceNames)('serves every route of %s at one of its two ports', async (service) => {
    const routes = [
      ...(await routesAt(system.urls[service])),
      ...(await routesAt(system.adminUrls[service])),
    ];
    const served = await Promise.all(
      routes.map(async ({ method, path }) => {
        // Without a token, an existing route answers 200 or 401, and a missing one 404.
        const isAt = async (url: string) => (await fetch(`${url}${path}`, { method })).status !== 404;
        const [atPublic, atAdmin] = [await isAt(system.urls[service]), await isAt(system.adminUrls[service])];
        return { route: `${method} ${path}`, atPublic, atAdmin };
      }),
    );

    const isOperation = (route: string) => / \/(admin|metrics)(\/|$)/.test(route);
    expect(served).toEqual(
      served.map(({ route }) => ({ route, atPublic: !isOperation(route), atAdmin: isOperation(route) })),
    );
    expect(served.filter(({ atAdmin }) => atAdmin).length).toBeGreaterThan(0);
    expect(served.filter(({ atPublic }) => atPublic).length).toBeGreaterThan(2);
  });

  it('runs the demo, which finds it by its name, and every story ends as expected', async () => {
    const demo = tool('demo', []);
    const code = await demo.ended;
    expect([code, demo.output()]).toEqual([0, expect.stringContaining('CANCELLED, payment REFUNDED')]);
  });

  it('replays a file of orders, and then the same file with products that run short', async () => {
    for (const args of [['--ship'], ['--ship', '--short', '10']]) {
      const replay = tool('replay', ['tools/data/small-shop.csv', ...args]);
      const code = await replay.ended;
      expect([code, replay.output()]).toEqual([0, expect.stringMatching(/^orders +34$/m)]);
    }
  });

  it('replays a file after another that has a product at another price, and leaves the product as it is', async () => {
    const [header, row] = (await readFile(join(checkoutRoot, 'tools/data/small-shop.csv'), 'utf8')).split(
      '\n',
    );
    const [, sku, name, quantity, date, price, customer, country] = row!.split(',');
    const nextDay = [`799999`, sku, name, quantity, date, `${Number(price) + 1}`, customer, country];
    const file = join(await mkdtemp(join(tmpdir(), 'tidemark-replay-')), 'next-day.csv');
    await writeFile(file, `${header}\n${nextDay.join()}\n`);

    const replay = tool('replay', [file]);
    const code = await replay.ended;
    await rm(dirname(file), { recursive: true });
    expect([code, replay.output()]).toEqual([0, expect.stringMatching(/^orders +1$/m)]);
    expect(replay.output()).toMatch(
      new RegExp(`^products +1\n +there already, left as it was +${sku}$`, 'm'),
    );
  });

  it('refuses a second start of the same name, and is not disturbed by it', async () => {
    const second = tool('start', ['--free-ports', '--no-build']);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`${name} is already running, as process`);
    await expectReady(system.urls);
  });

  it('restarts a killed service', async () => {
    process.kill((await processesOf(name))[0]!, 'SIGKILL');
    await eventually(() => expect(system.output()).toMatch(/\S+ is running again, as process \d+/));
    expect(system.output()).toMatch(/ended \(SIGKILL\): restarting it/);
    await expectReady(system.urls);
  });

  it('ends the services that it left running when it was killed together with npm', async () => {
    const left = system.urls;
    process.kill(-system.child.pid!, 'SIGKILL');
    await system.ended;
    await expectReady(left);
    await start();
    // Whichever `npm start` of this checkout comes first ends them, so no number is expected here.
    await expectGone(left);
    await expectReady(system.urls);
  });

  it('stops itself and its services at Ctrl-C', async () => {
    expect(await interrupt(system)).toBe(0);
    expect(system.output()).toContain('stopped');
    await expectGone(system.urls);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('stops when npm alone gets %s', async (signal) => {
    await start();
    process.kill(system.child.pid!, signal);
    await eventually(() => expect(system.output()).toContain('stopped'));
    await expectGone(system.urls);
  });
});
