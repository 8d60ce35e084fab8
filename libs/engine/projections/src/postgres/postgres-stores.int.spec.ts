import { describeGroupStore, describeParkedStore } from '@tidemark/messaging/contract-suites';
import { createPool } from '@tidemark/postgres';
import { createTestDatabase, describeSchema, type TestDatabase } from '@tidemark/test-servers';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { DocumentStoreUnavailableError } from '../errors';
import { openStoreBed, type StoreBed } from '../store-bed.fixture';
import { migrateReadModels, readModelsSchema } from './migrate-read-models';
import { postgresProjectionStore } from './postgres-projection-store';

const committed = join(__dirname, '../../schema.txt');

describe('the stores of groups in Postgres', () => {
  let bed: StoreBed;
  let pool: Pool;

  beforeAll(async () => {
    bed = await openStoreBed('Postgres');
    pool = createPool({ url: bed.url, applicationName: 'postgres-stores' });
  });
  afterAll(async () => {
    await pool.end();
    await bed.close();
  });

  describeGroupStore('of postgresProjectionStore', async () => {
    await bed.loseEverything();
    return {
      store: bed.store.group('one', ['cards_v1']),
      otherGroup: bed.store.group('two'),
      loseEverything: () => bed.loseEverything(),
      async stepClock(byMs) {
        for (const table of ['consumer_members', 'consumer_leases']) {
          await pool.query(
            `UPDATE ${readModelsSchema}.${table} SET expires_at = expires_at - $1 * interval '1 millisecond'`,
            [byMs],
          );
        }
      },
      async dispose() {},
    };
  });

  describeParkedStore('of postgresProjectionStore', async () => {
    await bed.loseEverything();
    const { store } = bed;
    return { store: store.parked('one'), groupStore: store.group('one'), otherGroup: store.parked('two') };
  });

  it('throw a retryable fault of their own when the server is gone', async () => {
    const elsewhere = createPool({ url: 'postgres://127.0.0.1:1/nowhere', applicationName: 'test' });
    const store = postgresProjectionStore(elsewhere, []);
    for (const work of [
      () => store.group('one').loadCheckpoint(0),
      () => store.parked('one').counts(),
      () => store.feeds('one').all(),
      () => store.states.all(),
      () => store.rebuilds.unfinished(),
      () => store.now(),
    ]) {
      const failure: unknown = await work().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DocumentStoreUnavailableError);
    }
    await elsewhere.end();
  });
});

describe('the schema read_models', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrateReadModels({ databaseUrl: database.url });
    pool = createPool({ url: database.url, applicationName: 'postgres-stores' });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('equals the committed file, which is written if it is missing', async () => {
    const actual = `${(await describeSchema(pool, readModelsSchema)).join('\n')}\n`;
    if (!existsSync(committed)) {
      writeFileSync(committed, actual);
      throw new Error(`wrote ${committed}; look at it, and commit it`);
    }
    expect(actual).toBe(readFileSync(committed, 'utf8'));
  });
});
