import { checkPartitions, PostgresEventStore, type EventStore } from '@tidemark/event-store';
import { EventCodec } from '@tidemark/kernel';
import { scopedLogger } from '@tidemark/messaging';
import { createPool } from '@tidemark/postgres';
import type { Pool } from 'pg';
import type { Definitions } from '../definitions/feature';
import { DEFAULT_NAME, type TidemarkOptions } from '../options';
import type { HealthCheck } from '../part';
import { requireLogPrepared, withPartitionFaults } from './migrations';
import { whenAvailable } from './when-available';

/** The log, which every part reads. */
export interface OpenLog {
  readonly pool: Pool;
  readonly partitions: number;
  readonly codec: EventCodec;
  readonly store: EventStore;
  readonly checks: readonly HealthCheck[];
  close(): Promise<void>;
}

/**
 * Opens the log, which must be migrated.
 *
 * @throws MigrationMissingError, WrongPartitionCountError; StoreUnavailableError after `startTimeoutMs`
 */
export async function openLog(options: TidemarkOptions, { contracts }: Definitions): Promise<OpenLog> {
  const pool = openPool(options, 'log');
  const requirePrepared = () => requireLogPrepared(pool, options.broker !== undefined);
  try {
    const partitions = await whenAvailable(options, async () => {
      await requirePrepared();
      return withPartitionFaults(() => checkPartitions(pool, options.partitions));
    });
    const codec = new EventCodec(contracts);
    return {
      pool,
      partitions,
      codec,
      store: new PostgresEventStore({ pool, partitions, codec }),
      checks: [
        { name: 'event-store', check: () => pool.query('SELECT 1') },
        { name: 'event-store-migrations', check: requirePrepared },
      ],
      close: () => pool.end(),
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** The connections of one part to the database. */
export function openPool(options: TidemarkOptions, part: string, url = options.databaseUrl): Pool {
  const logger = scopedLogger('Tidemark');
  return createPool({
    url,
    applicationName: `${options.name ?? DEFAULT_NAME} ${part}`,
    ...(options.maxConnections !== undefined && { maxConnections: options.maxConnections }),
    onIdleError: (err) =>
      logger.warn({ err, part }, 'lost an idle database connection; the pool opens another when needed'),
  });
}
