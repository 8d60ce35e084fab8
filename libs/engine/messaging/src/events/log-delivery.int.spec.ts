import { createPool } from '@tidemark/postgres';
import { createTcpProxy, createTestDatabase, eventually } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { PostgresGroupStore } from '../leases/postgres-group-store';
import { PostgresParkedStore } from '../parked/postgres-parked-store';
import {
  createGroupTables,
  emptyGroupTables,
  expireLeases,
  GROUP_SCHEMA as schema,
} from './group-tables.fixture';
import { ConsumersOnTest, NEVER_MS, type DeliveryBed } from './consumers-on-test.fixture';
import { describeDelivery } from './delivery-contract.fixture';
import { LogDelivery } from './log-delivery';
import { PostgresWakeSource } from './postgres-wake-source';

const CHANNEL = 'tidemark_appended';

/** Announces events with a notification of the database, as an append does. The listener goes through a proxy. */
async function createLogBed(): Promise<DeliveryBed & { readonly pool: Pool }> {
  const database = await createTestDatabase();
  const pool = createPool({ url: database.url, applicationName: 'log-delivery-test' });
  await createGroupTables(pool);
  const proxy = await createTcpProxy(database.url);
  const wakeSource = new PostgresWakeSource({ databaseUrl: proxy.url, minBackoffMs: 5, maxBackoffMs: 20 });
  const notify = (payload: string) => pool.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
  const announced = new Set<Promise<unknown>>();
  return {
    pool,
    store: (group) => new PostgresGroupStore({ pool, schema, group }),
    parked: (group) => new PostgresParkedStore({ pool, schema, group }),
    loseStore: () => emptyGroupTables(pool),
    expireLeases: () => expireLeases(pool),
    delivery: () => new LogDelivery({ wakeSource }),
    async listening() {
      let heard = false;
      const unsubscribe = wakeSource.subscribe((partition) => (heard ||= partition === -1));
      await eventually(async () => {
        await notify('-1');
        expect(heard).toBe(true);
      });
      unsubscribe();
    },
    announce(events) {
      const partitions = new Set(events.map(({ partition }) => partition));
      announced.add(notify([...partitions].join(',')));
    },
    cut: () => proxy.cut(),
    partition: () => proxy.partition(),
    async dispose() {
      await Promise.all(announced);
      await wakeSource.close();
      await proxy.close();
      await pool.end();
      await database.drop();
    },
  };
}

describeDelivery('LogDelivery', createLogBed);

describe('LogDelivery', () => {
  let bed: Awaited<ReturnType<typeof createLogBed>>;
  let test: ConsumersOnTest;

  beforeEach(async () => {
    bed = await createLogBed();
    test = new ConsumersOnTest(bed);
  });
  afterEach(async () => {
    await test.stop();
    await bed.dispose();
  });

  it('reads the partitions that moved, and no other, with one listener', async () => {
    const { log } = test;
    const reads: number[] = [];
    test.start({ idleCheckMs: NEVER_MS, leaseMs: 10_000 });
    await bed.listening(0);
    test.append(0, 1);
    test.append(1, 1);
    await test.expectApplied(0, 1);
    await test.expectApplied(1, 1);
    log.onRead = (partition) => void reads.push(partition);
    test.append(1, 3);
    await test.expectApplied(1, 4);
    expect(new Set(reads)).toEqual(new Set([1]));
    const { rows } = await bed.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tidemark-listen'`,
    );
    expect(rows).toHaveLength(1);
  });

  it('asks for the heads of all idle partitions at once, and reads only those that are behind', async () => {
    const { log } = test;
    bed.partition();
    test.start({ idleCheckMs: 20, leaseMs: 10_000 });
    log.append(0, 1);
    log.append(1, 1);
    await test.expectApplied(0, 1);
    await test.expectApplied(1, 1);
    let looks = 0;
    const reads: number[] = [];
    const heads = log.heads.bind(log);
    log.heads = () => {
      looks += 1;
      return heads();
    };
    log.onRead = (partition) => void reads.push(partition);
    await eventually(() => expect(looks).toBeGreaterThan(5));
    expect(reads).toEqual([]);
    log.append(1, 2);
    await test.expectApplied(1, 3);
    expect(new Set(reads)).toEqual(new Set([1]));
  });
});
