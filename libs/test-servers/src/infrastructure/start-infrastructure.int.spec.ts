import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withMongodb } from '../connections/mongodb';
import { withPostgres } from '../connections/postgres';
import { withRabbitmq } from '../connections/rabbitmq';
import { testName } from '../isolation/test-name';
import { testRun } from '../isolation/test-run';
import { dropStorage, findStorage, provisionStorage } from '../storage/named-storage';
import { resetStorage } from '../storage/reset-storage';
import { runTypescript } from '../typescript/run-typescript';
import { lastingHome } from './host';
import type { BackingService, Infrastructure, WayName } from './infrastructure';
import { identifyProcess, isRunning } from './servers/process-identity';
import { readServerRecord, writeServerRecord } from './servers/server-record';
import { stopLastingServers } from './servers/stop-lasting-servers';
import { startInfrastructure, type InfrastructureOptions } from './start-infrastructure';

/** The URLs of this test run, for the servers that are not under test, without its restrictions. */
const given = {
  ...process.env,
  TIDEMARK_SETUP: undefined,
  TIDEMARK_SERVER_WAYS: undefined,
  DATABASE_URL: testRun().urls.postgres,
  AMQP_URL: testRun().urls.rabbitmq,
  MONGODB_URL: testRun().urls.mongodb,
};

// Real servers are started here. The limit covers the slowest on a busy machine.
let checkout: string;
let lines: string[];

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'tidemark-checkout-'));
  await chmod(checkout, 0o755);
  lines = [];
});
afterEach(() => rm(checkout, { recursive: true }));

function start(
  ways: Partial<Record<BackingService, readonly WayName[]>>,
  options: InfrastructureOptions = {},
): Promise<Infrastructure<'postgres'>> {
  return startInfrastructure({
    services,
    environment: given,
    checkout,
    ways,
    log: (line) => lines.push(line),
    ...options,
  });
}

/** The servers that are not under test: those of this run. */
const services = Object.keys(testRun().urls) as BackingService[];

describe('a server that the environment names', () => {
  it('is used, and keeps running after stop', async () => {
    const infrastructure = await start({});
    expect(infrastructure.choices.map(({ way }) => way)).toEqual(services.map(() => 'env'));
    expect(infrastructure.urls).toEqual(testRun().urls);
    expect(infrastructure.mongodbIsStandIn).toBe(testRun().mongodbIsStandIn);
    await infrastructure.stop();
    await withPostgres(testRun().urls.postgres, (client) => client.query('SELECT 1'));
  });

  it('is used only for a requested service', async () => {
    const { postgres } = testRun().urls;
    const infrastructure = await startInfrastructure({
      services: ['postgres'],
      environment: { DATABASE_URL: postgres, MONGODB_URL: 'mongodb://127.0.0.1:1' },
      checkout,
      log: (line) => lines.push(line),
    });
    expect(infrastructure).toMatchObject({ urls: { postgres }, mongodbIsStandIn: false });
    expect(lines).toEqual([expect.stringMatching(/^postgres: /)]);
    await infrastructure.stop();
  });

  it.each([
    ['DATABASE_URL', 'postgres', 'postgresql://postgres@127.0.0.1:1/postgres'],
    ['AMQP_URL', 'rabbitmq', 'amqp://127.0.0.1:1'],
    ['MONGODB_URL', 'mongodb', 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100'],
  ] as const)('is an error when %s does not answer', async (variable, service, url) => {
    const environment = { ...given, [variable]: url };
    await expect(start({}, { services: [service], environment })).rejects.toMatchObject({
      code: 'infrastructure_url_unreachable',
      variable,
    });
  });

  it.each([
    ['DATABASE_URL', 'nonsense', 'postgres', 'postgresql'],
    ['AMQP_URL', 'http://127.0.0.1:5672', 'rabbitmq', 'amqp'],
    ['MONGODB_URL', '127.0.0.1:27017', 'mongodb', 'mongodb'],
  ] as const)('is an error when %s is %s', async (variable, url, service, scheme) => {
    const environment = { ...given, [variable]: url };
    await expect(start({}, { services: [service], environment })).rejects.toThrow(
      `${variable} is set, but its server does not answer: it does not begin with ${scheme}://`,
    );
  });
});

/** Not every host has every server's program. Tests of missing programs are reported as skipped. */
function onHostsWith(...programs: readonly string[]) {
  const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  return programs.every(has);
}
const itWithRabbitmq = onHostsWith('rabbitmq-server', 'erl') ? it : it.skip;
const itWithMaven = onHostsWith('java', 'mvn') ? it : it.skip;
const postgresWays = onHostsWith('pg_config') ? (['binary', 'embedded'] as const) : (['embedded'] as const);

describe('Postgres', () => {
  it.each(postgresWays)('is started from its own programs (%s)', async (way) => {
    const infrastructure = await start({ postgres: [way] });
    const { rows } = await withPostgres(infrastructure.urls.postgres, (client) =>
      client.query(`SELECT current_user::text AS name, current_setting('listen_addresses') AS address`),
    );
    expect(rows).toEqual([{ name: 'postgres', address: '127.0.0.1' }]);
    const withoutPassword = infrastructure.urls.postgres.replace(/:[0-9a-f]{32}@/, '@');
    await expect(withPostgres(withoutPassword, (client) => client.query('SELECT 1'))).rejects.toThrow(
      'password',
    );
    await infrastructure.stop();
    await expect(
      withPostgres(infrastructure.urls.postgres, (client) => client.query('SELECT 1')),
    ).rejects.toThrow('ECONNREFUSED');
    await expect(readdir(lastingHome(checkout))).resolves.toEqual([]);
  });

  it('is started even for root, from a checkout that only root may enter', async () => {
    await chmod(checkout, 0o700);
    const infrastructure = await start({ postgres: ['embedded'] });
    await withPostgres(infrastructure.urls.postgres, (client) => client.query('SELECT 1'));
    const [run] = await readdir(lastingHome(checkout));
    const record = await readServerRecord(join(lastingHome(checkout), run!, 'postgres'));
    await infrastructure.stop();
    for (const folder of record!.otherFolders) {
      await expect(access(folder)).rejects.toThrow('ENOENT');
    }
  });
});

describe('RabbitMQ', () => {
  itWithRabbitmq('is started as a separate node, with the requested virtual host', async () => {
    const infrastructure = await start({ rabbitmq: ['binary'] }, { services: ['postgres', 'rabbitmq'] });
    const storage = await provisionStorage(infrastructure, 'tidemark_node');
    expect(storage.amqpUrl).toBe(`${infrastructure.urls.rabbitmq}/tidemark_node`);
    await withRabbitmq(storage.amqpUrl!, async (connection) => {
      const channel = await connection.createConfirmChannel();
      await channel.assertQueue('kept', { arguments: { 'x-queue-type': 'quorum' } });
      channel.sendToQueue('kept', Buffer.from('message'));
      await channel.waitForConfirms();
      expect((await channel.get('kept')) || undefined).toMatchObject({ content: Buffer.from('message') });
    });
    await dropStorage(infrastructure, 'tidemark_node');
    await infrastructure.stop();
    await expect(withRabbitmq(infrastructure.urls.rabbitmq!, () => Promise.resolve())).rejects.toThrow();
  });
});

describe('MongoDB', () => {
  itWithMaven('is replaced by mongo-java-server, and the log reports this', async () => {
    const infrastructure = await start({ mongodb: ['stand-in'] }, { services: ['mongodb'] });
    expect(infrastructure.mongodbIsStandIn).toBe(true);
    expect(lines.find((line) => line.includes('mongodb:'))).toMatch(
      /^STAND-IN for mongodb: .*mongo-java-server/,
    );
    await withMongodb(infrastructure.urls.mongodb!, async (client) => {
      const orders = client.db('shop').collection('orders');
      await orders.createIndex({ number: 1 }, { unique: true });
      await orders.insertOne({ number: 1 }, { writeConcern: { w: 'majority', journal: true } });
      await expect(orders.insertOne({ number: 1 })).rejects.toMatchObject({ code: 11_000 });
    });
    // Even if found by its URL, it is recognised as a stand-in.
    const environment = { MONGODB_URL: infrastructure.urls.mongodb };
    const again = await start({}, { services: ['mongodb'], environment });
    expect(again.mongodbIsStandIn).toBe(true);
    await infrastructure.stop();
  });
});

describe('servers that outlast the process that started them', () => {
  const ways = { postgres: ['running', 'embedded'] } as const;

  it('are started once, found again, and ended only by down', async () => {
    const [first, second] = await Promise.all([
      start(ways, { scope: 'checkout' }),
      start(ways, { scope: 'checkout' }),
    ]);
    expect(first.urls.postgres).toBe(second.urls.postgres);
    const startedBy = [first, second].map(({ choices }) => choices[0]!.startedHere);
    expect(startedBy.sort()).toEqual([false, true]);

    const ofTests = await start(ways);
    expect(ofTests.choices[0]).toMatchObject({ way: 'running', startedHere: false });
    await ofTests.stop();
    await withPostgres(first.urls.postgres, (client) => client.query('SELECT 1'));

    const ended = await stopLastingServers(checkout);
    expect(ended.map(({ service }) => service)).toEqual(['postgres']);
    await expect(stopLastingServers(checkout)).resolves.toEqual([]);
  });

  /** A new start, and the tables that an earlier one left in the database. */
  async function tablesKeptIn(name: string) {
    const infrastructure = await start(ways, { scope: 'checkout' });
    const storage = await findStorage(infrastructure, name);
    const { rows } = await withPostgres(storage!.databaseUrl, (client) =>
      client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`),
    );
    await infrastructure.stop();
    return rows as { tablename: string }[];
  }

  it('keep their data for the next start, until a reset, which starts them if necessary', async () => {
    const name = testName();
    const first = await start(ways, { scope: 'checkout' });
    const { databaseUrl } = await provisionStorage(first, name);
    await withPostgres(databaseUrl, (client) => client.query('CREATE TABLE kept ()'));
    await first.stop();
    await expect(tablesKeptIn(name)).resolves.toEqual([{ tablename: 'kept' }]);

    await expect(resetStorage(name, { environment: given, checkout, ways })).resolves.toMatchObject({
      postgres: 'started and emptied',
    });
    await expect(stopLastingServers(checkout)).resolves.toEqual([]);
    await expect(tablesKeptIn(name)).resolves.toEqual([]);
  });

  it('are distinguished from a process that got their process number', async () => {
    const home = join(lastingHome(checkout), 'mongodb');
    await mkdir(home, { recursive: true });
    const bystander = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)'], { detached: true });
    await once(bystander, 'spawn');
    const record = {
      ...{ service: 'mongodb', way: 'stand-in', url: 'mongodb://127.0.0.1:1', isStandIn: true, home },
      ...{
        otherFolders: [],
        stopSignal: 'SIGKILL',
        processes: [{ pid: bystander.pid, startedAt: 'before' }],
      },
    };
    await writeFile(join(home, 'server.json'), JSON.stringify(record));
    await stopLastingServers(checkout);
    expect(isRunning(identifyProcess(bystander.pid!)!)).toBe(true);
    bystander.kill();
  });
});

describe('a server that a killed run left behind', () => {
  it('is ended by the next run', async () => {
    const script = `
      const { startInfrastructure } = require(${JSON.stringify(join(__dirname, 'start-infrastructure.ts'))});
      const ways = { postgres: ['embedded'] };
      startInfrastructure({ services: ['postgres'], checkout: ${JSON.stringify(checkout)}, ways })
        .then(() => process.kill(process.pid, 'SIGKILL'));`;
    const environment = { ...given, DATABASE_URL: undefined };
    const run = spawn(process.execPath, [...runTypescript, '-e', script], {
      env: environment,
      cwd: __dirname,
    });
    const [, signal] = (await once(run, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    const [folder] = await readdir(lastingHome(checkout));
    const record = await readServerRecord(join(lastingHome(checkout), folder!, 'postgres'));
    expect(isRunning(record!.processes[0]!)).toBe(true);

    await (await start({})).stop();
    expect(isRunning(record!.processes[0]!)).toBe(false);
    await expect(readdir(lastingHome(checkout))).resolves.toEqual([]);
  });
});

describe('a server that ends with the process that started it', () => {
  it('is taken over by the next start if that process was killed, and not by other uses', async () => {
    const ways = { postgres: ['running', 'embedded'] } as const;
    const options: InfrastructureOptions = { services: ['postgres'], scope: 'start' };
    const first = await start(ways, options);
    const record = (await readServerRecord(join(lastingHome(checkout), 'postgres')))!;
    await writeServerRecord({ ...record, keeper: { ...record.keeper!, startedAt: 'earlier' } });

    const bystander = await start(ways, { ...options, scope: 'run' });
    await bystander.stop();
    const next = await start(ways, options);
    expect(next.urls).toEqual(first.urls);
    expect(next.choices).toMatchObject([{ way: 'running', origin: 'embedded' }]);
    await withPostgres(next.urls.postgres, (client) => client.query('SELECT 1'));
    await next.stop();
    expect(isRunning(record.processes[0]!)).toBe(false);
  });
});

describe('an optional service', () => {
  it('may be missing, and the log reports this', async () => {
    const infrastructure = await start(
      { rabbitmq: ['running'] },
      { services: ['postgres'], optional: ['rabbitmq'] },
    );
    expect(Object.keys(infrastructure.urls)).toEqual(['postgres']);
    expect(lines).toContain('no rabbitmq: running: this checkout has not started one.');
  });
});

describe('restrictions by the environment', () => {
  it.each([
    [{ TIDEMARK_SERVER_WAYS: 'running, docker' }, 'postgres', ['running']],
    [{ TIDEMARK_SETUP: 'small' }, 'rabbitmq', ['env']],
  ] as const)('%j leaves these ways to %s: %j', async (environment, service, ways) => {
    const failing = start({ [service]: ['env', 'running'] }, { services: [service], environment });
    const message = await failing.then(String, (failure: Error) => failure.message);
    expect(message.match(/(env|running): /g)).toEqual(ways.map((way) => `${way}: `));
  });

  it.each([
    [{ TIDEMARK_SERVER_WAYS: 'localhost,magic' }, 'TIDEMARK_SERVER_WAYS: magic is none of env, running'],
    [{ TIDEMARK_SETUP: 'tiny' }, 'TIDEMARK_SETUP: expected small or full, not tiny'],
  ])('%j is refused', async (environment, message) => {
    await expect(start({}, { environment })).rejects.toThrow(message);
  });
});

describe('storage of one name', () => {
  it('is created, found, and dropped completely', async () => {
    const name = testName();
    const infrastructure = await start({});
    await expect(findStorage(infrastructure, name)).resolves.toBeUndefined();
    const storage = await provisionStorage(infrastructure, name);
    await expect(provisionStorage(infrastructure, name)).resolves.toEqual(storage);
    await expect(findStorage(infrastructure, name)).resolves.toEqual(storage);
    await withPostgres(storage.databaseUrl, (client) => client.query('CREATE TABLE mine ()'));
    await dropStorage(infrastructure, name);
    await expect(findStorage(infrastructure, name)).resolves.toBeUndefined();
    await dropStorage(infrastructure, name);
  });

  it.each(['', 'Upper', '1st', 'a'.repeat(42), 'x; DROP'])("can't have the name %p", async (name) => {
    await expect(provisionStorage(await start({}), name)).rejects.toThrow(RangeError);
  });
});
