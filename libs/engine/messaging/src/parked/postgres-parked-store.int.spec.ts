import { createPool, inTransaction } from '@tidemark/postgres';
import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { describeParkedStore } from '../contract-suites';
import { countedEvent } from '../events/in-memory-log.fixture';
import { PostgresGroupStore } from '../leases/postgres-group-store';
import { groupStoreTables } from '../leases/postgres-group-store-tables';
import { movedOn, parkedStream } from './parked-stream';
import { PostgresParkedStore } from './postgres-parked-store';
import { attemptTables, parkedStoreTables } from './postgres-parked-store-tables';

const schema = 'parked store';
let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, applicationName: 'postgres-parked-store' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function createTables(): Promise<void> {
  await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE; CREATE SCHEMA "${schema}"`);
  await pool.query(groupStoreTables(schema));
  await pool.query(parkedStoreTables(schema) + attemptTables(schema));
}

describeParkedStore('PostgresParkedStore', async () => {
  await createTables();
  return {
    store: new PostgresParkedStore({ pool, schema, group: 'one' }),
    groupStore: new PostgresGroupStore({ pool, schema, group: 'one' }),
    otherGroup: new PostgresParkedStore({ pool, schema, group: 'two' }),
  };
});

describe('PostgresParkedStore.replaceIn', () => {
  it('belongs to the transaction that it runs in', async () => {
    await createTables();
    const store = new PostgresParkedStore({ pool, schema, group: 'one' });
    const lease = (await new PostgresGroupStore({ pool, schema, group: 'one' }).acquire(0, 'a', 60_000))!;
    const event = countedEvent(0, 1);
    const at = new Date().toISOString();
    const stream = parkedStream('one', lease, event, { error: new Error('no'), attempts: 1 }, at);
    await store.park(lease, stream, { position: 0 }, { position: 1, eventId: event.eventId });
    const rolledBack = inTransaction(pool, async (client) => {
      await store.replaceIn(client, lease, stream, movedOn(stream, undefined, 'a', at));
      throw new Error('the work failed');
    });
    await expect(rolledBack).rejects.toThrow('the work failed');
    expect(await store.find(stream.id)).toEqual(stream);
  });
});
