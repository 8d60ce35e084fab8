import type { EventCodec, Wait } from '@tidemark/kernel';
import { createPool, type PoolOptions } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { checkPartitions, isLogNotReady } from './check-partitions';
import type { EventStore } from './event-store';
import { logIdentity } from './log-identity';
import { PostgresEventStore, type PostgresEventStoreOptions } from './postgres-event-store';

export interface EventLogOptions extends PoolOptions {
  readonly codec: EventCodec;
  /** Repeats an attempt while the log is unavailable or still being created. */
  readonly wait: Wait;
  /** The number of partitions that the log must have; any number by default. */
  readonly partitions?: number;
  /** Makes the store; a `PostgresEventStore` by default. */
  readonly createStore?: (options: PostgresEventStoreOptions) => EventStore;
}

/** The log, with the pool that it runs on. */
export interface EventLog {
  readonly pool: Pool;
  /** The number of partitions that the log was created with. */
  readonly partitions: number;
  /** See `logIdentity`. */
  readonly identity: string;
  readonly codec: EventCodec;
  readonly store: EventStore;
  close(): Promise<void>;
}

/**
 * Opens the log once it is there. When it rejects, its pool is closed again.
 *
 * @throws PartitionCountMismatchError, and what `wait` and the database throw
 */
export async function openEventLog(options: EventLogOptions): Promise<EventLog> {
  const { codec, wait, createStore = (one) => new PostgresEventStore(one) } = options;
  const pool = createPool(options);
  const close = () => pool.end();
  try {
    const { partitions, identity } = await wait(
      async () => ({
        partitions: await checkPartitions(pool, options.partitions),
        identity: await logIdentity(pool),
      }),
      { what: 'the log', isPassing: isLogNotReady },
    );
    return { pool, partitions, identity, codec, store: createStore({ pool, partitions, codec }), close };
  } catch (error) {
    await close();
    throw error;
  }
}
