import { openEventLog, type EventLog } from '@tidemark/event-store';
import { EventCodec } from '@tidemark/kernel';
import { scopedLogger } from '@tidemark/messaging';
import { createPool, isUnavailable, type PoolOptions } from '@tidemark/postgres';
import type { Pool } from 'pg';
import type { Definitions } from '../definitions/feature';
import { DEFAULT_NAME, runs, type TidemarkOptions } from '../options';
import type { HealthCheck } from '../part';
import { InlineWriter } from './inline-writer';
import { preparedLog, preparedReadModels, requireLogPrepared } from './migrations';
import { waitAtMost } from '../when-available';

/** The log, which every part reads. */
export interface OpenLog extends EventLog {
  readonly checks: readonly HealthCheck[];
}

/**
 * Opens the log, which must be migrated.
 *
 * @throws MigrationMissingError, WrongPartitionCountError; StoreUnavailableError after `startTimeoutMs`
 */
export async function openLog(
  options: TidemarkOptions,
  { contracts, inlineProjections }: Definitions,
): Promise<OpenLog> {
  const wait = waitAtMost(options.startTimeoutMs);
  const isInline = inlineProjections.length > 0 && runs(options, 'write');
  const inline = isInline ? new InlineWriter(inlineProjections) : undefined;
  const log = await openEventLog({
    ...poolOptions(options, 'log'),
    ...(options.partitions !== undefined && { partitions: options.partitions }),
    ...(inline && { createStore: inline.createStore }),
    codec: new EventCodec(contracts),
    // The migrations do not run by themselves, so it does not wait for them.
    wait: (attempt, { what }) => wait(() => preparedLog(attempt), { what, isPassing: isUnavailable }),
  });
  const requirePrepared = () => requireLogPrepared(log.pool, options.broker !== undefined);
  const isPassing = isUnavailable;
  try {
    await wait(requirePrepared, { what: 'the log', isPassing });
    if (inline) {
      await wait(() => preparedReadModels(() => inline.prepare(log)), { what: 'the read models', isPassing });
    }
  } catch (error) {
    await log.close();
    throw error;
  }
  return { ...log, checks: logChecks(log.pool, requirePrepared) };
}

/** @param requirePrepared rejects if a migration is missing */
export function logChecks(pool: Pool, requirePrepared: () => Promise<void>): readonly HealthCheck[] {
  return [
    { name: 'event-store', check: () => pool.query('SELECT 1') },
    { name: 'event-store-migrations', check: requirePrepared },
  ];
}

/** The connections of one part to the database. */
export function openPool(options: TidemarkOptions, part: string): Pool {
  return createPool(poolOptions(options, part));
}

function poolOptions({ name = DEFAULT_NAME, databaseUrl, maxConnections }: TidemarkOptions, part: string) {
  return {
    url: databaseUrl,
    applicationName: `${name} ${part}`,
    ...(maxConnections !== undefined && { maxConnections }),
    onIdleError: lostConnectionsOf(part),
  };
}

/** What a pool does about an idle connection that breaks. */
export function lostConnectionsOf(part: string): NonNullable<PoolOptions['onIdleError']> {
  const logger = scopedLogger('Tidemark');
  return (err) =>
    logger.warn({ err, part }, 'lost an idle database connection; the pool opens another when needed');
}
