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

describe.each([false, true])('when checkpoints may be repeated: %s', (mayRepeat) => {
  describeGroupStore('PostgresGroupStore', async () => {
    await createTables();
    return {
      store: new PostgresGroupStore({ pool, schema, group: 'one', mayRepeat }),
      otherGroup: new PostgresGroupStore({ pool, schema, group: 'two', mayRepeat }),
      async loseEverything() {
        await createTables();
      },
      async dispose() {},
    };
  });
});

describe('checkpoints that are recorded at once', () => {
  const group = 'one';
  const from = { position: 0 };
  const to = { position: 1, eventId: 'e1' };

  beforeEach(createTables);

  it('go in one statement, and a lease that was lost harms none of the others', async () => {
    const store = new PostgresGroupStore({ pool, schema, group });
    const leases = await Promise.all([0, 1, 2].map((partition) => store.acquire(partition, 'a', 60_000)));
    const superseded = leases[1]!;
    const successor = (await store.acquire(1, 'a', 60_000))!;
    const queries = jest.spyOn(pool, 'query');
    const outcomes = await Promise.allSettled(
      [leases[0]!, superseded, successor, leases[2]!].map((lease) => store.advance(lease, from, to)),
    );
    expect(queries).toHaveBeenCalledTimes(1);
    queries.mockRestore();
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(LeaseLostError);
    expect(await Promise.all([0, 1, 2].map((partition) => store.loadCheckpoint(partition)))).toEqual([
      to,
      to,
      to,
    ]);
  });

  it('wait for the disk unless they may be repeated', async () => {
    for (const mayRepeat of [false, true]) {
      const seen: string[] = [];
      const watched = createPool({ url: database.url, applicationName: 'watched', maxConnections: 1 });
      await watched.query(`
        CREATE OR REPLACE FUNCTION "${schema}".tell() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE NOTICE '%', current_setting('synchronous_commit'); RETURN NULL; END $$;
        CREATE OR REPLACE TRIGGER tell AFTER UPDATE ON "${schema}".consumer_checkpoints
          FOR EACH ROW EXECUTE FUNCTION "${schema}".tell()`);
      const client = await watched.connect();
      client.on('notice', ({ message }) => seen.push(message!));
      client.release();
      const store = new PostgresGroupStore({ pool: watched, schema, group, mayRepeat });
      const lease = (await store.acquire(0, 'a', 60_000))!;
      const stored = (await store.loadCheckpoint(0))!;
      seen.length = 0;
      await store.advance(lease, stored, { position: stored.position + 1, eventId: 'e' });
      await watched.query('SELECT 1');
      expect(seen).toEqual([mayRepeat ? 'off' : 'on']);
      const { rows } = await watched.query<{ synchronous_commit: string }>('SHOW synchronous_commit');
      expect(rows[0]!.synchronous_commit).toBe('on');
      await watched.end();
    }
  });
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
