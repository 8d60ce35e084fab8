import {
  checkoutRoot,
  dropStorage,
  eventually,
  findInstallation,
  serviceNames,
  startInfrastructure,
  testName,
  testRun,
} from '@tidemark/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { urls: serverUrls } = testRun();
const name = testName();
const servers = {
  DATABASE_URL: serverUrls.postgres,
  AMQP_URL: serverUrls.rabbitmq,
  MONGODB_URL: serverUrls.mongodb,
};

/** The tools as run from a shell, with the servers of this test run. */
function tool(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return run('npm', ['run', '-s', script, '--', ...args], environment);
}

function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child: ChildProcess = spawn(command, args, {
    cwd: checkoutRoot,
    env: {
      ...process.env,
      ...servers,
      TIDEMARK_NAME: name,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, output: () => output };
}

describe('npm start', () => {
  let system: ReturnType<typeof tool>;
  const urls: Record<string, string> = {};
  const adminUrls: Record<string, string> = {};

  async function start(): Promise<void> {
    // Not silent, so that npm's own lines are on the first screen too.
    system = run('npm', ['start', '--', '--free-ports', '--no-build']);
    await eventually(() => expect(system.output()).toContain('Ctrl-C'));
    for (const service of serviceNames) {
      const shown = new RegExp(`${service} .*(http://\\S+)/docs .*(http://\\S+)/docs`).exec(system.output())!;
      [urls[service], adminUrls[service]] = shown.slice(1) as [string, string];
    }
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
  async function expectReady(where: Record<string, string> = urls): Promise<void> {
    const answers = await Promise.all(Object.values(where).map((url) => fetch(`${url}/health/ready`)));
    expect(answers.map((answer) => answer.status)).toEqual(serviceNames.map(() => 200));
  }
  async function expectGone(where: Record<string, string> = urls): Promise<void> {
    for (const url of Object.values(where)) {
      await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
    }
  }
  /** The file with the processes of this start, among those of other tests. */
  async function ledgerFile(): Promise<string> {
    const { owner } = (await findInstallation(name))!;
    const folder = join(checkoutRoot, '.tidemark/processes');
    const file = (await readdir(folder)).find((candidate) => candidate.startsWith(`${owner.pid}-`));
    return join(folder, file!);
  }

  beforeAll(start);

  afterAll(async () => {
    if (system.child.exitCode === null && system.child.signalCode === null) {
      process.kill(-system.child.pid!, 'SIGINT');
      await system.ended;
    }
    const infrastructure = await startInfrastructure({
      environment: { ...process.env, ...servers },
      log: () => {},
    });
    await dropStorage(infrastructure, name);
  });

  it('shows what runs on a first screen of at most 15 lines of at most 100 characters', () => {
    // It builds nothing here, which is one more line.
    const lines = ['building', ...system.output().trimEnd().split('\n')];
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(system.output()).not.toContain('DATABASE_URL');
  });

  it('prints the command for a token that the system accepts', async () => {
    const command = /^ +token +(TOKEN=.+)$/m.exec(system.output())![1]!;
    const shell = run('bash', ['-c', `${command}; printf %s "$TOKEN"`]);
    await shell.ended;
    const response = await fetch(`${urls['query-service']}/v1/orders?limit=5`, {
      headers: { authorization: `Bearer ${shell.output()}` },
    });
    expect([response.status, await response.json()]).toEqual([200, { items: [] }]);
  });

  it.each(['/openapi.json', '/docs', '/health/live', '/health/ready', '/health/startup'])(
    'serves %s from every service',
    async (path) => {
      const answers = await Promise.all(Object.values(urls).map((url) => fetch(`${url}${path}`)));
      expect(answers.map((answer) => answer.status)).toEqual(serviceNames.map(() => 200));
    },
  );

  it.each(['/openapi.json', '/docs', '/metrics'])(
    'serves %s from the admin port of every service',
    async (path) => {
      const answers = await Promise.all(Object.values(adminUrls).map((url) => fetch(`${url}${path}`)));
      expect(answers.map((answer) => answer.status)).toEqual(serviceNames.map(() => 200));
    },
  );

  it.each(serviceNames)('serves every route of %s at one of its two ports', async (service) => {
    const routes = [...(await routesAt(urls[service]!)), ...(await routesAt(adminUrls[service]!))];
    const served = await Promise.all(
      routes.map(async ({ method, path }) => {
        // Without a token, an existing route answers 200 or 401, and a missing one 404.
        const isAt = async (url: string) => (await fetch(`${url}${path}`, { method })).status !== 404;
        const [atPublic, atAdmin] = [await isAt(urls[service]!), await isAt(adminUrls[service]!)];
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
    await expectReady();
  });

  it('restarts a killed service', async () => {
    const { processes } = JSON.parse(await readFile(await ledgerFile(), 'utf8')) as {
      processes: { pid: number }[];
    };
    process.kill(processes[0]!.pid, 'SIGKILL');
    await eventually(() => expect(system.output()).toMatch(/\S+ is running again, as process \d+/));
    expect(system.output()).toMatch(/ended \(SIGKILL\): restarting it/);
    await expectReady();
  });

  it('ends the services that it left running when it was killed together with npm', async () => {
    const left = { ...urls };
    process.kill(-system.child.pid!, 'SIGKILL');
    await system.ended;
    await expectReady(left);
    await start();
    expect(system.output()).toContain(
      'stopped 4 services that a killed start of this checkout had left running',
    );
    await expectGone(left);
    await expectReady();
  });

  it('stops itself and its services at Ctrl-C', async () => {
    // The signal goes to the whole process group, as from a terminal.
    process.kill(-system.child.pid!, 'SIGINT');
    expect(await system.ended).toBe(0);
    expect(system.output()).toContain('stopped');
    await expectGone();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('stops when npm alone gets %s', async (signal) => {
    await start();
    process.kill(system.child.pid!, signal);
    await eventually(() => expect(system.output()).toContain('stopped'));
    await expectGone();
  });
});
