import {
  createTestDatabase,
  createTcpProxy,
  eventually,
  type TcpProxy,
  type TestDatabase,
} from '@tidemark/test-servers';
import { createPool } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { PostgresWakeSource, type PostgresWakeSourceOptions } from './postgres-wake-source';

let database: TestDatabase;
let pool: Pool;
let proxy: TcpProxy;
let source: PostgresWakeSource;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, applicationName: 'wake-source-test' });
  proxy = await createTcpProxy(database.url);
});
afterEach(async () => {
  await source.close();
  await proxy.close();
  await pool.end();
  await database.drop();
});

function listen(options: Partial<PostgresWakeSourceOptions> = {}): Set<number> {
  const woken = new Set<number>();
  source = new PostgresWakeSource({
    databaseUrl: proxy.url,
    minBackoffMs: 5,
    maxBackoffMs: 20,
    connectTimeoutMs: 1_000,
    ...options,
  });
  source.subscribe((partition) => woken.add(partition));
  return woken;
}

async function expectWoken(woken: Set<number>, partition: number): Promise<void> {
  await eventually(async () => {
    await pool.query(`SELECT pg_notify('tidemark_appended', $1)`, [`99,${partition}`]);
    expect(woken.has(partition)).toBe(true);
  });
}

describe('PostgresWakeSource', () => {
  it('wakes every partition of a notification, even after its connection was lost several times', async () => {
    const woken = listen();
    for (const partition of [1, 2, 3]) {
      await expectWoken(woken, partition);
      proxy.cut();
    }
    await expectWoken(woken, 4);
    expect(woken).toEqual(new Set([99, 1, 2, 3, 4]));
  });

  it('notices that its connection has fallen silent', async () => {
    const woken = listen({ pingIntervalMs: 20, connectTimeoutMs: 200 });
    await expectWoken(woken, 1);
    proxy.fallSilent();
    proxy.heal();
    await expectWoken(woken, 2);
  });

  it('waits for a database that is unavailable', async () => {
    proxy.partition();
    const woken = listen();
    proxy.heal();
    await expectWoken(woken, 1);
  });

  it('does not wait for ever for a database that accepts connections and never answers', async () => {
    proxy.hang();
    listen({ connectTimeoutMs: 50 });
    await source.close();
  });

  it('can be closed when the database no longer answers', async () => {
    const woken = listen({ connectTimeoutMs: 500 });
    await expectWoken(woken, 1);
    proxy.hang();
    await source.close();
  });
});
