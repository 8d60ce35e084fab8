import { isUnavailable, sqlState } from '@tidemark/postgres';
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

/** The table, schema, permission or role does not exist yet. */
const notMigrated = new Set(['42P01', '3F000', '42501', '22023']);

/**
 * Whether `checkPartitions` may succeed later, because the database is unavailable or the log is still being created.
 * Waiting does not help against other errors, such as a wrong password.
 */
export function isLogNotReady(error: unknown): boolean {
  return (
    isUnavailable(error) ||
    notMigrated.has(sqlState(error) ?? '') ||
    (error instanceof PartitionCountMismatchError && error.stored === 0)
  );
}
