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
