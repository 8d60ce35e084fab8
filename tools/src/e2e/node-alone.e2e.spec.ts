import {
  checkoutRoot,
  dropStorage,
  eventually,
  findInstallation,
  removeInstallationRecord,
  serviceNames,
  startInfrastructure,
  testName,
} from '@tidemark/test-servers';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  expectGone,
  expectReady,
  interrupt,
  npmStart,
  processesOf,
  runCommand,
  type StartedByNpm,
} from './npm-start.fixture';

/** What every system has, and npm and the scripts of packages call. Nothing of a server, a container or a JVM. */
const basicTools = ['sh', 'bash', 'env', 'id', 'uname', 'cat', 'ls', 'mkdir', 'rm', 'sed', 'dirname', 'ps'];

const name = testName();
let folder: string;
let environment: NodeJS.ProcessEnv;
let system: StartedByNpm;

/** A machine with Node alone: its programs, no setting of this process, and no server that listens on localhost. */
function nodeAlone(): NodeJS.ProcessEnv {
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  symlinkSync(process.execPath, join(programs, 'node'));
  for (const program of ['npm', 'npx', ...basicTools]) {
    const { stdout, status } = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
    if (status === 0) {
      symlinkSync(realpathSync(stdout.trim()), join(programs, program));
    }
  }
  return {
    PATH: programs,
    HOME: folder,
    TIDEMARK_NAME: name,
    TIDEMARK_SERVER_WAYS: 'running,embedded',
  };
}

const tool = (script: string, ...args: readonly string[]) =>
  runCommand('npm', ['run', '-s', script, '--', ...args], environment);
async function ordersBy(search: string): Promise<readonly unknown[]> {
  const token = tool('token', '--role', 'service');
  expect(await token.ended).toBe(0);
  const response = await fetch(`${system.urls['query-service']}/v1/orders?${search}`, {
    headers: { authorization: `Bearer ${token.output().trim()}` },
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { items: readonly unknown[] }).items;
}

/** Whether a Postgres of this checkout runs. */
const hasPostgres = () => existsSync(join(checkoutRoot, '.tidemark/infra/postgres/server.json'));
/** Another `npm start` or `infra up` of this checkout may have started it. */
const hadPostgres = hasPostgres();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-node-alone-'));
  environment = nodeAlone();
  system = await npmStart(environment);
});
afterAll(async () => {
  if (system) {
    await interrupt(system);
  }
  const infrastructure = await startInfrastructure({
    services: ['postgres'],
    scope: 'start',
    environment,
    log: () => {},
  });
  await dropStorage(infrastructure, name);
  await infrastructure.stop();
  await removeInstallationRecord(name);
  rmSync(folder, { recursive: true });
});

describe('npm start on a machine with Node alone', () => {
  it('finds no server, container engine or JVM on the PATH', () => {
    for (const program of [
      'rabbitmq-server',
      'mongod',
      'docker',
      'java',
      'mvn',
      'initdb',
      'pg_config',
      'psql',
    ]) {
      expect(() => execFileSync('sh', ['-c', `command -v ${program}`], { env: environment })).toThrow();
    }
  });

  it('uses Postgres from npm for everything, and says so', () => {
    const lines = system.output().trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    for (const line of [
      /^ {2}log +Postgres from npm$/m,
      /^ {2}delivery +the log itself, since no RabbitMQ was found$/m,
      /^ {2}commands +the same Postgres, since no RabbitMQ was found$/m,
      /^ {2}read models +the same Postgres, since no MongoDB was found$/m,
    ]) {
      expect(system.output()).toMatch(line);
    }
  });

  it('runs the demo, and every story ends as expected', async () => {
    const demo = tool('demo');
    const code = await demo.ended;
    expect([code, demo.output()]).toEqual([0, expect.stringContaining('CANCELLED, payment REFUNDED')]);
  });

  it('replays a file of orders while each service is killed once', async () => {
    const before = (await ordersBy('limit=40')).length;
    const replay = tool('replay', 'tools/data/small-shop.csv', '--ship');
    await eventually(async () => expect((await ordersBy('limit=40')).length).toBeGreaterThan(before));
    for (const [n, pid] of (await processesOf(name)).entries()) {
      process.kill(pid, 'SIGKILL');
      await eventually(() => expect(system.output().match(/is running again/g)).toHaveLength(n + 1));
    }
    expect(system.output().match(/ended \(SIGKILL\): restarting it/g)).toHaveLength(serviceNames.length);
    const code = await replay.ended;
    expect([code, replay.output()]).toEqual([0, expect.stringMatching(/^orders +34$/m)]);
    expect(replay.output()).toMatch(/^ {2}DELIVERED +34 /m);
  });

  it('recovers from its own kill, which leaves the services and Postgres running', async () => {
    const { urls } = system;
    process.kill(-system.child.pid!, 'SIGKILL');
    await system.ended;
    system = await npmStart(environment);
    await expectGone(urls);
    await expectReady(system.urls);
    expect(system.output()).toMatch(/^ {2}read models +the same Postgres, as before$/m);
    const again = tool('replay', 'tools/data/small-shop.csv', '--ship');
    const code = await again.ended;
    expect([code, again.output()]).toEqual([0, expect.stringMatching(/^orders +34$/m)]);
  });

  it('ends Postgres at Ctrl-C as well', async () => {
    expect(await interrupt(system)).toBe(0);
    await expectGone(system.urls);
    expect(await findInstallation(name)).toBeUndefined();
    expect(hasPostgres()).toBe(hadPostgres);
  });

  it('keeps its data for the next start', async () => {
    system = await npmStart(environment);
    // The orders of the replay, and two of the demo's stories.
    expect(await ordersBy('status=DELIVERED&limit=40')).toHaveLength(34 + 2);
  });
});
