import { isUnavailable, sqlState } from '@tidemark/postgres';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { PartitionCountMismatchError } from './errors';
import { partitionHeads, type PartitionHeadRow } from './sql/partition-heads';

/**
 * The number of partitions that the log was created with.
 *
 * @throws PartitionCountMismatchError when `configured` is given and differs, or when the log has no partitions at all.
 */
export async function checkPartitions(pool: Pool, configured?: number): Promise<number> {
  const { rows } = await pool.query<PartitionHeadRow>(partitionHeads);
  if (rows.length === 0 || (configured !== undefined && configured !== rows.length)) {
    throw new PartitionCountMismatchError(rows.length, configured ?? 0);
  }
  return rows.length;
}

/** No such table, no such schema, no right to look at it yet, and no such role to look at it in. */
const notMigrated = new Set(['42P01', '3F000', '42501', '22023']);
const lookAgainMs = 500;

export interface PartitionsWhenKnownOptions {
  /** Told once per cause why the log can't say it yet. */
  readonly onWaiting: (cause: unknown) => void;
}

/**
 * The number of partitions that the log was created with, as soon as it can be asked: a database that is away or not
 * migrated yet is asked again, for as long as that takes.
 *
 * @throws what no waiting will heal, as a wrong password
 */
export async function partitionsWhenKnown(
  pool: Pool,
  { onWaiting }: PartitionsWhenKnownOptions,
): Promise<number> {
  for (let told = ''; ; await delay(lookAgainMs)) {
    try {
      return await checkPartitions(pool);
    } catch (error) {
      if (!isPassing(error)) {
        throw error;
      }
      const { message } = error as Error;
      if (message !== told) {
        onWaiting(error);
        told = message;
      }
    }
  }
}

/** A log without partitions is one that is being made. */
function isPassing(error: unknown): boolean {
  return (
    isUnavailable(error) ||
    notMigrated.has(sqlState(error) ?? '') ||
    (error instanceof PartitionCountMismatchError && error.stored === 0)
  );
}
