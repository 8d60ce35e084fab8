import type { QueryConfig } from 'pg';

export interface PartitionHeadRow {
  readonly partition: number;
  readonly head: number;
}

export const partitionHeads: QueryConfig = {
  name: 'partition-heads',
  text: 'SELECT partition, head FROM event_store.partitions ORDER BY partition',
};
