import type { QueryConfig } from 'pg';
import type { PartitionHeadRow } from './partition-heads';

export interface CommittedHeadRow extends PartitionHeadRow {
  /** The server is a replica and may be behind its primary. */
  readonly is_replica: boolean;
}

export const committedHeads: QueryConfig = {
  name: 'committed-heads',
  text: 'SELECT partition, head, pg_is_in_recovery() AS is_replica FROM event_store.partitions',
};
