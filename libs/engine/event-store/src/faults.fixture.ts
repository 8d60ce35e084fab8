import { inTransaction } from '@tidemark/postgres';
import { heapInUse } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { command, manyCounted, request } from './contract-suite/counter';
import type { PostgresBed } from './postgres-bed.fixture';

/** The resources that faults must not use up. */
export interface Resources {
  /** The number of connections that the pool has destroyed since the observation began. */
  readonly destroyed: number;
  readonly connections: number;
  /** Callers that still wait for a connection. */
  readonly waiting: number;
  /** The listeners of the pool, or of its connection with the most listeners. */
  readonly mostListeners: number;
  readonly timers: number;
  readonly sessionsInTransaction: number;
  readonly advisoryLocks: number;
  /** After a collection. */
  readonly heapBytes: number;
}

/** Begins to watch what the bed's pool uses. */
export function watchResources({ pool, admin }: PostgresBed): () => Promise<Resources> {
  const clients = new Set<PoolClient>();
  let destroyed = 0;
  pool.on('acquire', (client) => clients.add(client));
  pool.on('release', (fault, client) => {
    if (fault) {
      destroyed += 1;
      clients.delete(client);
    }
  });
  const here = 'pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())';
  return async () => ({
    destroyed,
    connections: pool.totalCount,
    waiting: pool.waitingCount,
    mostListeners: Math.max(...[pool, ...clients].map(listenersOf)),
    timers: process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length,
    sessionsInTransaction: await countOf(
      admin,
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
    ),
    advisoryLocks: await countOf(admin, `SELECT FROM pg_locks WHERE locktype = 'advisory' AND ${here}`),
    heapBytes: await heapInUse(),
  });
}

/** Every way in which an append or a statement fails, `rounds` times: 20 faults in each. */
export async function causeFaults({ store, pool }: PostgresBed, rounds: number): Promise<number> {
  const known = request();
  const { aggregateId } = known;
  await store.append(known);
  const streamId = `Counter-${aggregateId}`;
  const taken = (events = manyCounted(1)) => store.append(request({ aggregateId, events }));
  const faults: (() => Promise<unknown>)[] = [
    // A unique violation, a conflict that is seen, a function's conflict, and a conflict in a turn.
    () => taken(),
    () => store.append(request({ aggregateId, expectedVersion: 9 })),
    () => taken(manyCounted(2)),
    () => store.inTurn(streamId, (append) => append(request({ aggregateId, expectedVersion: 9 }))),
    () => store.inTurn(streamId, () => Promise.reject(new Error('the work failed'))),
    () => store.appendMany({ command: command(), appends: [request(), request({ aggregateId })] }),
    () => store.append({ ...known, command: { ...known.command, commandHash: 'cd'.repeat(32) } }),
    () => pool.query('SELECT 1 / 0'),
    () => inTransaction(pool, (client) => client.query('SELECT FROM nowhere')),
    () => inTransaction(pool, (client) => client.query('SELECT 1 / 0').catch(() => undefined)),
  ];
  let failed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const outcomes = await Promise.allSettled([
      ...faults.map((fault) => fault()),
      ...faults.map((fault) => fault()),
      store.append(request({ aggregateId: randomUUID() })),
      store.append(known),
    ]);
    failed += outcomes.filter(({ status }) => status === 'rejected').length;
  }
  return failed;
}

function listenersOf(emitter: Pool | PoolClient): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name as 'error'), 0);
}

async function countOf(admin: Pool, text: string): Promise<number> {
  return (await admin.query(text)).rowCount!;
}
