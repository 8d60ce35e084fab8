import { createPool, inTransaction } from '@tidemark/postgres';
import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { describeGroupStore } from '../contract-suites';
import { LeaseLostError } from '../errors';
import type { Lease } from '../lease';
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

describe.each([false, true])('with mayRepeat: %s', (mayRepeat) => {
  describeGroupStore('PostgresGroupStore', async () => {
    await createTables();
    return {
      store: new PostgresGroupStore({ pool, schema, group: 'one', mayRepeat }),
      otherGroup: new PostgresGroupStore({ pool, schema, group: 'two', mayRepeat }),
      async stepClock(byMs) {
        for (const table of ['consumer_members', 'consumer_leases']) {
          await pool.query(
            `UPDATE "${schema}".${table} SET expires_at = expires_at - $1 * interval '1 millisecond'`,
            [byMs],
          );
        }
      },
      async loseEverything() {
        await createTables();
      },
      async dispose() {},
    };
  });
});

describe('checkpoints that are recorded at the same time', () => {
  const group = 'one';
  const from = { position: 0 };
  const to = { position: 1, eventId: 'e1' };

  beforeEach(createTables);

  it('share one statement, and a lost lease does not harm the other checkpoints', async () => {
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

describe('replicas that share the tables', () => {
  const group = 'one';
  const pools: Pool[] = [];

  beforeEach(createTables);
  afterEach(() => Promise.all(pools.splice(0).map((own) => own.end())));

  function storesOf(replicas: number, options = ''): readonly PostgresGroupStore[] {
    return Array.from({ length: replicas }, (_, index) => {
      const url = `${database.url}?options=${encodeURIComponent(options)}`;
      const own = createPool({ url, applicationName: `replica-${index}`, maxConnections: 2 });
      pools.push(own);
      return new PostgresGroupStore({ pool: own, schema, group });
    });
  }

  it('do not deadlock when the memberships of all replicas have run out', async () => {
    const stores = storesOf(6);
    for (let round = 0; round < 250; round += 1) {
      await pool.query(
        `INSERT INTO "${schema}".consumer_members
         SELECT $1, 'replica-' || n, now() - interval '1 s' FROM generate_series(0, $2) AS n
         ON CONFLICT (group_name, member) DO UPDATE SET expires_at = excluded.expires_at`,
        [group, stores.length],
      );
      const alive = await Promise.all(
        stores.map((store, index) => store.heartbeat(`replica-${index}`, 60_000)),
      );
      alive.forEach((members, index) => expect(members).toContain(`replica-${index}`));
    }
    const members = await stores[0]!.heartbeat('replica-0', 60_000);
    expect([...members].sort()).toEqual(stores.map((_, index) => `replica-${index}`));
  });

  it('lock the renewed leases and the advanced checkpoints in the order of the partitions', async () => {
    const partitions = Array.from({ length: 8 }, (_, partition) => partition);
    // These settings make the plans follow the order in which a statement names its rows, as in large tables.
    const stores = storesOf(3, '-c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off');
    const leases: Lease[] = [];
    for (const partition of partitions) {
      leases.push((await stores[0]!.acquire(partition, 'a', 60_000))!);
    }
    const orders = [leases, [...leases].reverse(), [...leases.slice(4), ...leases.slice(0, 4)]];
    for (let position = 0; position < 40; position += 1) {
      const renewals = orders.map((order, index) => stores[index]!.renew(order, 60_000));
      const to = { position: position + 1, eventId: `e${position + 1}` };
      const advances = orders.map((order, index) =>
        Promise.allSettled(
          order.map((lease) => stores[index]!.advance(lease, { position, eventId: `e${position}` }, to)),
        ),
      );
      expect((await Promise.all(renewals)).map(({ size }) => size)).toEqual(orders.map(() => leases.length));
      for (const outcome of (await Promise.all(advances)).flat()) {
        if (outcome.status === 'rejected') {
          expect(outcome.reason).toBeInstanceOf(LeaseLostError);
        }
      }
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

  it("keeps a successor out during an owner's transaction, and that owner out afterwards", async () => {
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
