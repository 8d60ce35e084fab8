import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartFailedError } from '../errors';
import { isFree } from '../free-port';
import { identifyProcess, isRunning } from '../infrastructure/servers/process-identity';
import type { Storage } from '../storage/storage';
import { runTypescript } from '../typescript/run-typescript';
import { createInstallation, type Installation, type InstallationOptions } from './create-installation';
import { postgresUrlAs, serviceLogins } from './service-logins';
import { serviceNames, type ServiceName } from './service-name';

const storage = {
  databaseUrl: 'postgresql://postgres@127.0.0.1/mine',
  amqpUrl: 'amqp://127.0.0.1/mine',
  amqpPrefix: 'mine',
  mongodbUrl: 'mongodb://127.0.0.1/mine',
} satisfies Storage;

let folder: string;
let installation: Installation;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-installation-'));
  for (const name of serviceNames) {
    const dist = join(folder, 'apps', name, 'dist');
    await mkdir(dist, { recursive: true });
    await cp(join(__dirname, 'fixtures/service.js'), join(dist, 'main.js'));
    await cp(join(__dirname, 'fixtures/migrate.js'), join(dist, 'migrate.js'));
  }
});
afterEach(async () => {
  await installation.stop();
  await rm(folder, { recursive: true });
});

async function install(options: Partial<InstallationOptions> = {}): Promise<Installation> {
  installation = await createInstallation({
    storage,
    ports: 'free',
    logDirectory: join(folder, 'logs'),
    appsDirectory: join(folder, 'apps'),
    ledgerDirectory: join(folder, 'processes'),
    ...options,
  });
  return installation;
}

const behaving = (name: ServiceName, FIXTURE_BEHAVIOUR: string) => ({ [name]: { FIXTURE_BEHAVIOUR } });
const logOf = (name: ServiceName) => readFile(installation.service(name).logFile, 'utf8');

async function environmentOf(name: ServiceName): Promise<Record<string, string>> {
  const response = await fetch(`${installation.urls[name]}/environment`);
  return (await response.json()) as Record<string, string>;
}

it('migrates with the administrator’s URL, then starts every service as its login', async () => {
  const messageKeysFile = join(folder, 'keys/message-keys.json');
  await (await install({ authKey: 'a-key', messageKeysFile })).start();
  for (const name of ['command-service', 'process-manager']) {
    await expect(readFile(join(folder, 'apps', name, 'dist/migrations.log'), 'utf8')).resolves.toBe(
      `${storage.databaseUrl} undefined\n`,
    );
  }
  const logins = serviceLogins(storage.databaseUrl);
  const as = (part: keyof typeof logins) => postgresUrlAs(storage.databaseUrl, logins[part]);
  const common = { HOST: '127.0.0.1', AUTH_LOCAL_KEY: 'a-key' };
  const broker = {
    AMQP_URL: storage.amqpUrl,
    AMQP_PREFIX: storage.amqpPrefix,
    MESSAGE_KEYS_FILE: messageKeysFile,
  };
  const readModels = { MONGODB_URL: storage.mongodbUrl };
  const expected: Record<ServiceName, Record<string, string>> = {
    'command-service': {
      ...broker,
      DATABASE_URL: as('command-service'),
      PAYMENT_PROVIDER_DATABASE_URL: as('payment-provider'),
    },
    'process-manager': {
      ...broker,
      DATABASE_URL: as('process-manager'),
      EVENT_STORE_DATABASE_URL: as('process-manager'),
    },
    'projection-service': {
      ...broker,
      ...readModels,
      EVENT_STORE_DATABASE_URL: as('projection-service'),
    },
    'query-service': { ...readModels, EVENT_STORE_DATABASE_URL: as('query-service') },
  };
  for (const name of serviceNames) {
    const { port } = new URL(installation.urls[name]);
    const { port: adminPort } = new URL(installation.adminUrls[name]);
    const environment = await environmentOf(name);
    expect(environment).toMatchObject({ ...common, ...expected[name], PORT: port, ADMIN_PORT: adminPort });
    const settings = Object.keys(environment).filter((key) => /_URL$|^AMQP_|^MESSAGE_/.test(key));
    expect(settings.sort()).toEqual(Object.keys(expected[name]).sort());
  }
});

it('without a broker and MongoDB gives the services no URL of them, and migrates the read models', async () => {
  const { databaseUrl, amqpPrefix } = storage;
  await (await install({ storage: { databaseUrl, amqpPrefix } })).start();
  await expect(access(join(folder, 'apps/projection-service/dist/migrations.log'))).resolves.toBeUndefined();
  for (const name of serviceNames) {
    const environment = await environmentOf(name);
    expect(environment).not.toHaveProperty('AMQP_URL');
    expect(environment).not.toHaveProperty('MONGODB_URL');
  }
  const { READ_STORE_DATABASE_URL: url } = await environmentOf('query-service');
  expect(url).toBe(postgresUrlAs(databaseUrl, serviceLogins(databaseUrl)['query-service']));
});

it('stops every service in an orderly way', async () => {
  await (await install()).start();
  const processes = serviceNames.map((name) => identifyProcess(installation.service(name).pid!)!);
  await installation.stop();
  for (const name of serviceNames) {
    await expect(logOf(name)).resolves.toContain('stopping orderly');
    expect(installation.service(name).pid).toBeUndefined();
  }
  expect(processes.some(isRunning)).toBe(false);
  await installation.stop();
});

it('kills a service with SIGKILL, and starts it again on its port', async () => {
  await (await install()).start();
  const service = installation.service('projection-service');
  const first = service.pid;
  await service.kill();
  expect(service.pid).toBeUndefined();
  await expect(fetch(installation.urls['projection-service'])).rejects.toThrow('fetch failed');
  await service.start();
  expect(service.pid).not.toBe(first);
  await expect(environmentOf('projection-service')).resolves.toHaveProperty('PORT');
  const log = await logOf('projection-service');
  expect(log.match(/listening/g)).toHaveLength(2);
  expect(log).not.toContain('stopping');
});

it('kills a service that ignores SIGTERM', async () => {
  await (await install({ environment: behaving('query-service', 'deaf'), stopWithinMs: 200 })).start();
  const identity = identifyProcess(installation.service('query-service').pid!)!;
  await installation.stop();
  await expect(logOf('query-service')).resolves.toContain('ignoring SIGTERM');
  expect(isRunning(identity)).toBe(false);
});

it('fails with the log of a service that ends early, and ends the other services', async () => {
  await install({ environment: behaving('process-manager', 'exit-early') });
  const failing = installation.start();
  await expect(failing).rejects.toThrow(StartFailedError);
  await expect(failing).rejects.toThrow(
    /process-manager ended before it was ready \(exit code 3\).*PORT: is already taken/s,
  );
  expect(serviceNames.map((name) => installation.service(name).pid)).toEqual(Array(4).fill(undefined));
});

it('shows only the log lines of this start', async () => {
  await (await install()).start();
  await installation.stop();
  await install({ environment: behaving('process-manager', 'exit-early') });
  const failure = await installation.start().catch((error: Error) => error.message);
  expect(failure).toContain('PORT: is already taken');
  expect(failure).not.toContain('listening');
});

it.each(['urls', 'adminUrls'] as const)('fails if another program listens at one of its %s', async (urls) => {
  await install();
  const url = new URL(installation[urls]['query-service']);
  const stranger = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => stranger.listen(Number(url.port), url.hostname, resolve));
  try {
    await expect(installation.start()).rejects.toThrow(
      `query-service cannot start: another program listens on port ${url.port}`,
    );
    await expect(access(join(folder, 'apps/command-service/dist/migrations.log'))).rejects.toThrow('ENOENT');
    expect(serviceNames.map((name) => installation.service(name).pid)).toEqual(Array(4).fill(undefined));
  } finally {
    await new Promise((resolve) => stranger.close(resolve));
  }
});

it('reports how a service ended', async () => {
  await (await install()).start();
  const service = installation.service('query-service');
  const ended = service.ended();
  process.kill(service.pid!, 'SIGKILL');
  await expect(ended).resolves.toBe('SIGKILL');
  await expect(service.ended()).resolves.toBe('SIGKILL');
});

it('ends the services that a killed process has left running on the same ports', async () => {
  const killed = spawn(
    process.execPath,
    [...runTypescript, join(__dirname, 'start-and-wait.fixture.ts'), folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(killed.stdout, 'data')) as [Buffer];
  const { pids, port } = JSON.parse(line.toString()) as { pids: number[]; port: number };
  const leftOvers = pids.map((pid) => identifyProcess(pid)!);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(leftOvers.every(isRunning)).toBe(true);
  await expect(isFree(port)).resolves.toBe(false);

  const lines: string[] = [];
  await (await install({ log: (text) => lines.push(text) })).start();

  expect(leftOvers.some(isRunning)).toBe(false);
  await expect(isFree(port)).resolves.toBe(true);
  expect(lines).toEqual(['stopped 4 services that a killed start of this checkout had left running']);
  await expect(logOf('query-service')).resolves.toContain('stopping orderly');
});

it('leaves no record of ended services, and does not end the services of other installations', async () => {
  await (await install()).start();
  const other = await createInstallation({
    storage,
    ports: 'free',
    logDirectory: join(folder, 'other-logs'),
    appsDirectory: join(folder, 'apps'),
    ledgerDirectory: join(folder, 'processes'),
  });
  await other.start();
  expect(serviceNames.map((name) => installation.service(name).pid)).not.toContain(undefined);
  await other.stop();
  await installation.stop();
  await expect(readdir(join(folder, 'processes'))).resolves.toEqual([]);
});

it('fails when a service is never ready', async () => {
  await install({ environment: behaving('command-service', 'never-ready'), readyWithinMs: 5_000 });
  await expect(installation.start()).rejects.toThrow(
    /command-service was not ready within 5000 ms; its log ends with\nlistening/,
  );
  expect(installation.service('command-service').pid).toBeUndefined();
});

it('fails with the output of a failed migration, and starts nothing', async () => {
  await install({ storage: { ...storage, databaseUrl: 'postgresql://127.0.0.1/broken' } });
  await expect(installation.start()).rejects.toThrow('relation "events" is not what it was');
  expect(installation.service('command-service').pid).toBeUndefined();
});

it('uses the default ports on request', async () => {
  await install({ ports: 'default' });
  expect(installation.urls).toEqual({
    'command-service': 'http://127.0.0.1:3001',
    'query-service': 'http://127.0.0.1:3002',
    'projection-service': 'http://127.0.0.1:3003',
    'process-manager': 'http://127.0.0.1:3004',
  });
  expect(installation.adminUrls).toEqual({
    'command-service': 'http://127.0.0.1:4001',
    'query-service': 'http://127.0.0.1:4002',
    'projection-service': 'http://127.0.0.1:4003',
    'process-manager': 'http://127.0.0.1:4004',
  });
});
