import {
  migrateEventStore,
  PartitionCountMismatchError,
  requireEventStoreMigrated,
} from '@tidemark/event-store';
import { migrateCommandQueue, Relay1764000000101 } from '@tidemark/messaging';
import { SchemaBehindError, sqlState } from '@tidemark/postgres';
import { migrateProcessManager, requireProcessManagerMigrated } from '@tidemark/process-manager';
import { migrateReadModels } from '@tidemark/projections';
import type { Pool } from 'pg';
import { MigrationMissingError, WrongPartitionCountError } from '../errors';
import type { TidemarkOptions } from '../options';

export type MigrateTidemarkOptions = Pick<TidemarkOptions, 'partitions'> & {
  /** A user that may create schemas and roles. */
  readonly databaseUrl: string;
  /** Called with the name of every migration that ran. */
  readonly log?: (message: string) => void;
};

/**
 * Brings all schemas of Tidemark in the database to their newest version. Safe to run again, and from several processes
 * at once.
 *
 * @throws WrongPartitionCountError if the log exists with another number of partitions
 */
export async function migrateTidemark(options: MigrateTidemarkOptions): Promise<void> {
  const additionalMigrations = [Relay1764000000101];
  await withPartitionFaults(() => migrateEventStore({ ...options, additionalMigrations }));
  await migrateReadModels(options);
  await migrateProcessManager(options);
  await migrateCommandQueue(options);
}

/** The schema or its table of migrations does not exist, or this user may not see it. */
const notPrepared = new Set(['3F000', '42P01', '42501']);

/**
 * @param isRelayed whether the relay keeps its position there
 * @throws MigrationMissingError, or a fault of the database
 */
export function requireLogPrepared(pool: Pool, isRelayed: boolean): Promise<void> {
  const additional = isRelayed ? [Relay1764000000101] : [];
  return prepared('event_store', () => requireEventStoreMigrated(pool, additional));
}

/** Work on the log. @throws MigrationMissingError, WrongPartitionCountError, and what the work throws */
export function preparedLog<Result>(work: () => Promise<Result>): Promise<Result> {
  return prepared('event_store', () => withPartitionFaults(work));
}

/** Work on the schema of the read models. @throws MigrationMissingError, and what the work throws */
export function preparedReadModels<Result>(work: () => Promise<Result>): Promise<Result> {
  return prepared('read_models', work);
}

/** @throws MigrationMissingError, or a fault of the database */
export function requireProcessesPrepared(pool: Pool): Promise<void> {
  return prepared('process_manager', () => requireProcessManagerMigrated(pool));
}

/** @throws MigrationMissingError, or a fault of the database */
export function requireCommandQueuePrepared(queue: { requireMigrated(): Promise<void> }): Promise<void> {
  return prepared('command_queue', () => queue.requireMigrated());
}

async function prepared<Result>(schema: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SchemaBehindError || notPrepared.has(sqlState(error) ?? '')) {
      throw new MigrationMissingError(schema, error as Error);
    }
    throw error;
  }
}

/** The faults of the log's partitions, with what to do about them. */
async function withPartitionFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PartitionCountMismatchError) {
      const { stored, configured } = error;
      throw stored === 0
        ? new MigrationMissingError('event_store', error)
        : new WrongPartitionCountError(stored, configured, { cause: error });
    }
    throw error;
  }
}
