import { createPool } from '@tidemark/postgres';
import { createTcpProxy, createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { checkPartitions, isLogNotReady } from './check-partitions';
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

describe('checkPartitions', () => {
  const ask = (url: string) => checkPartitions(poolOf(asRole(url, reader)));

  it('may succeed later if the log is still being created', async () => {
    const refused: unknown = await ask(database.url).catch((error: unknown) => error);
    expect(isLogNotReady(refused)).toBe(true);

    await migrateEventStore({ databaseUrl: database.url, partitions });

    expect(await ask(database.url)).toBe(partitions);
  });

  it('may succeed later if the database is unavailable', async () => {
    await migrateEventStore({ databaseUrl: database.url, partitions });
    const proxy = await createTcpProxy(database.url);
    proxy.partition();
    const away: unknown = await ask(proxy.url).catch((error: unknown) => error);
    expect(isLogNotReady(away)).toBe(true);

    proxy.heal();

    expect(await ask(proxy.url)).toBe(partitions);
    await proxy.close();
  });

  it("can't succeed later after a permanent error", async () => {
    const url = new URL(database.url);
    url.pathname = '/no_such_database';
    const refused: unknown = await checkPartitions(poolOf(url.href)).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: '3D000' });
    expect(isLogNotReady(refused)).toBe(false);
  });
});
