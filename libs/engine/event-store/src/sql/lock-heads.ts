import type { QueryConfig } from 'pg';

const text = `
  SELECT partition FROM event_store.partitions WHERE partition = ANY ($1::smallint[]) ORDER BY partition FOR UPDATE`;

/**
 * Locks the heads of these partitions until the end of the transaction. It takes them in order of their numbers, as
 * `append_batch` does, so that neither waits for the other in a circle.
 */
export function lockHeads(partitions: readonly number[]): QueryConfig {
  return { name: 'lock-heads', text, values: [partitions] };
}
