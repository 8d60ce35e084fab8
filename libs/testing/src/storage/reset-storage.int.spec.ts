import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withPostgres } from '../connections/postgres';
import { startInfrastructure } from '../infrastructure/start-infrastructure';
import type { Infrastructure } from '../infrastructure/infrastructure';
import { testName } from '../isolation/test-name';
import { testRun } from '../isolation/test-run';
import { dropStorage, provisionStorage } from './named-storage';
import { resetStorage } from './reset-storage';
import type { Storage } from './storage';

const { urls } = testRun();
const environment = {
  ...process.env,
  DATABASE_URL: urls.postgres,
  AMQP_URL: urls.rabbitmq,
  MONGODB_URL: urls.mongodb,
};
const name = testName();

describe('resetStorage', () => {
  let checkout: string;
  let infrastructure: Infrastructure;
  let storage: Storage;

  beforeAll(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'tidemark-checkout-'));
    infrastructure = await startInfrastructure({ environment, checkout, log: () => {} });
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
    const outcomes = await resetStorage(name, { environment, checkout, ways: { mongodb: ['running'] } });
    expect(outcomes).toEqual({ postgres: 'emptied', rabbitmq: 'emptied', mongodb: 'nothing kept' });
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
    await expect(resetStorage(name, { environment, checkout })).resolves.toEqual({
      postgres: 'emptied',
      rabbitmq: 'emptied',
      mongodb: 'emptied',
    });
    expect(await tables()).toEqual([]);
  });
});
