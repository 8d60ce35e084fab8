import { createPool, inTransaction } from '@tidemark/postgres';
import { createTestDatabase, type TestDatabase } from '@tidemark/testing';
import type { Pool } from 'pg';
import { describeGroupStore } from './contract-suites';
import { LeaseLostError } from './errors';
import { advanceCheckpoint } from './postgres-checkpoint';
import { PostgresGroupStore } from './postgres-group-store';
import { groupStoreTables } from './postgres-group-store-tables';

const schema = 'group store';
let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, applicationName: 'postgres-group-store' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function createTables(): Promise<void> {
  await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE; CREATE SCHEMA "${schema}"`);
  await pool.query(groupStoreTables(schema));
}

describeGroupStore('PostgresGroupStore', async () => {
  await createTables();
  return {
    store: new PostgresGroupStore({ pool, schema, group: 'one' }),
    otherGroup: new PostgresGroupStore({ pool, schema, group: 'two' }),
    async loseEverything() {
      await createTables();
    },
    async dispose() {},
  };
});

describe('advanceCheckpoint', () => {
  const group = 'one';
  const to = { position: 1, eventId: 'e1' };

  beforeEach(createTables);

  it('belongs to the transaction that it runs in', async () => {
    const store = new PostgresGroupStore({ pool, schema, group });
    const lease = (await store.acquire(0, 'a', 60_000))!;
    const rolledBack = inTransaction(pool, async (client) => {
      await advanceCheckpoint(client, { schema, group, lease, from: { position: 0 }, to });
      throw new Error('the work failed');
    });
    await expect(rolledBack).rejects.toThrow('the work failed');
    expect(await store.loadCheckpoint(0)).toEqual({ position: 0 });
  });

  it('keeps a successor out while an owner is in the middle of it, and the owner out afterwards', async () => {
    const store = new PostgresGroupStore({ pool, schema, group });
    const lease = (await store.acquire(0, 'a', 1))!;
    await inTransaction(pool, async (client) => {
      await advanceCheckpoint(client, { schema, group, lease, from: { position: 0 }, to });
      expect(await store.acquire(0, 'b', 60_000)).toBeUndefined();
    });
    expect(await store.acquire(0, 'b', 60_000)).toBeDefined();
    expect(await store.loadCheckpoint(0)).toEqual(to);
    const late = inTransaction(pool, (client) =>
      advanceCheckpoint(client, { schema, group, lease, from: to, to: { position: 2, eventId: 'e2' } }),
    );
    await expect(late).rejects.toBeInstanceOf(LeaseLostError);
  });
});
