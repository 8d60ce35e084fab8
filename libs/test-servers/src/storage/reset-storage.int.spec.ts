import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withPostgres } from '../connections/postgres';
import { startInfrastructure } from '../infrastructure/start-infrastructure';
import { backingServices, type BackingService, type Infrastructure } from '../infrastructure/infrastructure';
import { readInstallationRecord, writeInstallationRecord } from '../installation/installation-record';
import { testName } from '../isolation/test-name';
import { testRun } from '../isolation/test-run';
import { dropStorage, provisionStorage } from './named-storage';
import { resetStorage, type ResetOutcome } from './reset-storage';
import type { Storage } from './storage';

const { urls } = testRun();
const environment = {
  ...process.env,
  // These tests name their ways, and a run on one machine may permit fewer.
  TIDEMARK_SERVER_WAYS: undefined,
  DATABASE_URL: urls.postgres,
  AMQP_URL: urls.rabbitmq,
  MONGODB_URL: urls.mongodb,
};
const name = testName();
/** Nothing but what this run has. */
const ways = { postgres: ['env'], rabbitmq: ['env'], mongodb: ['env'] } as const;
/** The servers of this run. */
const services = Object.keys(urls) as BackingService[];
const outcomesOf = (outcome: ResetOutcome) =>
  Object.fromEntries(backingServices.map((service) => [service, urls[service] ? outcome : 'nothing kept']));

describe('resetStorage', () => {
  let checkout: string;
  let infrastructure: Infrastructure<'postgres'>;
  let storage: Storage;

  beforeAll(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'tidemark-checkout-'));
    infrastructure = await startInfrastructure({ services, environment, checkout, log: () => {} });
  });
  beforeEach(async () => {
    storage = await provisionStorage(infrastructure, name);
    await withPostgres(storage.databaseUrl, (client) => client.query('CREATE TABLE IF NOT EXISTS mine ()'));
  });
  afterAll(async () => {
    await dropStorage(infrastructure, name);
    await rm(checkout, { recursive: true });
  });

  async function tables(): Promise<readonly object[]> {
    const { rows } = await withPostgres(storage.databaseUrl, (client) =>
      client.query<object>(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`),
    );
    return rows;
  }

  it('does without a server that neither answers nor keeps data, and empties the others', async () => {
    const outcomes = await resetStorage(name, {
      environment,
      checkout,
      ways: { ...ways, mongodb: ['running'] },
    });
    expect(outcomes).toEqual({ ...outcomesOf('emptied'), mongodb: 'nothing kept' });
    expect(await tables()).toEqual([]);
  });

  it('empties nothing if a URL is set that does not answer', async () => {
    const wrong = { ...environment, MONGODB_URL: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100' };
    await expect(resetStorage(name, { environment: wrong, checkout })).rejects.toMatchObject({
      variable: 'MONGODB_URL',
    });
    expect(await tables()).toEqual([{ tablename: 'mine' }]);
  });

  it('makes the storage if there is none', async () => {
    await dropStorage(infrastructure, name);
    await expect(resetStorage(name, { environment, checkout, ways })).resolves.toEqual(outcomesOf('emptied'));
    expect(await tables()).toEqual([]);
  });

  it('empties only what the installation uses, and lets the next start choose anew', async () => {
    const setUp = { delivery: 'log', commands: 'postgres', readStore: 'postgres' } as const;
    await writeInstallationRecord(name, { ...setUp, ways: { postgres: 'env' } }, checkout);
    await expect(resetStorage(name, { environment, checkout, ways })).resolves.toEqual({
      postgres: 'emptied',
      rabbitmq: 'not used',
      mongodb: 'not used',
    });
    expect(await readInstallationRecord(name, checkout)).toBeUndefined();
  });

  it('empties no other server than the one that the installation uses', async () => {
    const setUp = { delivery: 'log', commands: 'postgres', readStore: 'postgres' } as const;
    await writeInstallationRecord(name, { ...setUp, ways: { postgres: 'embedded' } }, checkout);
    const found = { environment: {}, checkout, ways: { postgres: ['localhost'] } } as const;
    await expect(resetStorage(name, found)).resolves.toMatchObject({ postgres: 'nothing kept' });
    expect(await tables()).toEqual([{ tablename: 'mine' }]);
  });
});
