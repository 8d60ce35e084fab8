import { createPool } from '@tidemark/postgres';
import { createTcpProxy, createTestDatabase, eventually, type TestDatabase } from '@tidemark/testing';
import type { Pool } from 'pg';
import { partitionsWhenKnown } from './check-partitions';
import { migrateEventStore } from './migrate-event-store';
import { asRole } from './postgres-bed.fixture';

const partitions = 4;
const reader = 'tidemark_event_store_reader';

let database: TestDatabase;
const pools: Pool[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await database.drop();
});

function poolOf(url: string): Pool {
  const pool = createPool({ url, applicationName: 'test' });
  pools.push(pool);
  return pool;
}

describe('a process that starts before the log can be asked', () => {
  it('learns of the partitions when the log has been made, and says once why it waits', async () => {
    const causes: unknown[] = [];
    const known = partitionsWhenKnown(poolOf(asRole(database.url, reader)), {
      onWaiting: (cause) => void causes.push(cause),
    });
    await eventually(() => expect(causes).toHaveLength(1));

    await migrateEventStore({ databaseUrl: database.url, partitions });

    expect(await known).toBe(partitions);
  });

  it('learns of them when the database is back', async () => {
    await migrateEventStore({ databaseUrl: database.url, partitions });
    const proxy = await createTcpProxy(database.url);
    proxy.partition();
    const causes: unknown[] = [];
    const known = partitionsWhenKnown(poolOf(asRole(proxy.url, reader)), {
      onWaiting: (cause) => void causes.push(cause),
    });
    await eventually(() => expect(causes).toHaveLength(1));

    proxy.heal();

    expect(await known).toBe(partitions);
    await proxy.close();
  });

  it('does not wait for what is wrong for good', async () => {
    const url = new URL(database.url);
    url.pathname = '/no_such_database';

    await expect(partitionsWhenKnown(poolOf(url.href), { onWaiting: () => {} })).rejects.toMatchObject({
      code: '3D000',
    });
  });
});
