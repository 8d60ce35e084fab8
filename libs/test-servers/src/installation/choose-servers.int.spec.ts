import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withPostgres } from '../connections/postgres';
import { testName } from '../isolation/test-name';
import { testRun, testServer } from '../isolation/test-run';
import { dropStorage, provisionStorage } from '../storage/named-storage';
import { chooseServers, type ChosenServers } from './choose-servers';
import { readInstallationRecord, writeInstallationRecord } from './installation-record';

const { postgres } = testRun().urls;
/** The Postgres of this run, and nothing else: no server on localhost. */
const onlyPostgres = { DATABASE_URL: postgres, TIDEMARK_SERVER_WAYS: 'env' };
const small = { delivery: 'log', commands: 'postgres', readStore: 'postgres' } as const;
const full = { delivery: 'rabbitmq', commands: 'rabbitmq', readStore: 'mongodb' } as const;

let checkout: string;
let name: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'tidemark-checkout-'));
  name = testName();
});
afterEach(() => rm(checkout, { recursive: true }));

const choose = (environment: Readonly<Record<string, string>> = onlyPostgres): Promise<ChosenServers> =>
  chooseServers({ name, environment, checkout });
const textOf = ({ lines }: ChosenServers, what: string) => lines.find(([part]) => part === what)![1];

describe('a new installation', () => {
  it('uses Postgres for everything where nothing else is found, and records it', async () => {
    const chosen = await choose();
    expect(chosen.setUp).toEqual(small);
    expect(Object.keys(chosen.infrastructure.urls)).toEqual(['postgres']);
    expect(await readInstallationRecord(name, checkout)).toEqual({ ...small, ways: { postgres: 'env' } });
  });

  it('uses the servers that the environment names', async () => {
    const urls = { AMQP_URL: testServer('rabbitmq'), MONGODB_URL: testServer('mongodb') };
    const chosen = await choose({ ...onlyPostgres, ...urls });
    expect(chosen.setUp).toEqual(full);
    expect(chosen.infrastructure.urls).toEqual({
      postgres,
      rabbitmq: urls.AMQP_URL,
      mongodb: urls.MONGODB_URL,
    });
    expect(textOf(chosen, 'delivery')).toBe('RabbitMQ at AMQP_URL');
  });

  it('is refused if the environment demands a server that is not there', async () => {
    await expect(choose({ ...onlyPostgres, DELIVERY: 'rabbitmq' })).rejects.toMatchObject({
      code: 'infrastructure_unavailable',
    });
    expect(await readInstallationRecord(name, checkout)).toBeUndefined();
  });
});

describe('an installation', () => {
  it('keeps Postgres, even if a broker is there by now', async () => {
    await choose();
    const chosen = await choose({
      ...onlyPostgres,
      TIDEMARK_SERVER_WAYS: 'env,localhost',
    });
    expect(chosen.setUp).toEqual(small);
    expect(textOf(chosen, 'delivery')).toBe('the log itself, as before');
  });

  it.each([
    ['rabbitmq', { ...small, delivery: 'rabbitmq' }, 'DELIVERY=log COMMANDS=postgres npm start'],
    ['mongodb', { ...small, readStore: 'mongodb' }, 'READ_STORE=postgres npm start'],
  ] as const)('does not move silently when its %s is away, and says how to', async (service, setUp, way) => {
    const record = { ...setUp, ways: { postgres: 'env', [service]: 'localhost' } } as const;
    await writeInstallationRecord(name, record, checkout);
    const refused = choose();
    await expect(refused).rejects.toMatchObject({ code: 'kept_server_missing', service });
    await expect(refused).rejects.toThrow(/ on localhost, which is not there\./);
    await expect(refused).rejects.toThrow(way);
    expect(await readInstallationRecord(name, checkout)).toEqual(record);
  });

  it('does not begin another log when its Postgres is away', async () => {
    await writeInstallationRecord(name, { ...small, ways: { postgres: 'docker' } }, checkout);
    await expect(choose({ TIDEMARK_SERVER_WAYS: 'localhost,embedded' })).rejects.toThrow(
      /uses Postgres in a container, which is not there\. Start it, or name its URL with DATABASE_URL/,
    );
  });

  it('moves when the environment says so', async () => {
    await writeInstallationRecord(
      name,
      { ...full, ways: { postgres: 'docker', mongodb: 'localhost' } },
      checkout,
    );
    const chosen = await choose({ ...onlyPostgres, TIDEMARK_SETUP: 'small' });
    expect(chosen.setUp).toEqual(small);
    expect(chosen.lines.map(([, text]) => text)).toEqual([
      'Postgres at DATABASE_URL (was Postgres in a container)',
      'the log itself (was RabbitMQ)',
      'the same Postgres (was RabbitMQ)',
      'the same Postgres (was MongoDB; filled again from the log)',
    ]);
    expect(await readInstallationRecord(name, checkout)).toEqual({ ...small, ways: { postgres: 'env' } });
  });

  it('of an older release keeps its read models in MongoDB, as its database shows', async () => {
    const { infrastructure } = await choose();
    const storage = await provisionStorage(infrastructure, name);
    await rm(join(checkout, '.tidemark'), { recursive: true });
    try {
      await withPostgres(storage.databaseUrl, (client) => client.query('CREATE SCHEMA event_store'));
      await expect(choose()).rejects.toMatchObject({ code: 'kept_server_missing', service: 'mongodb' });
      await withPostgres(storage.databaseUrl, (client) => client.query('CREATE SCHEMA read_models'));
      expect((await choose()).setUp.readStore).toBe('postgres');
    } finally {
      await dropStorage(infrastructure, name);
    }
  });
});
