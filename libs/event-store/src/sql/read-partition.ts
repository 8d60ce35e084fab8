import type { QueryConfig } from 'pg';
import { eventColumns } from './event-row';

const text = `
  SELECT ${eventColumns} FROM event_store.events
  WHERE partition = $1 AND position >= $2
  ORDER BY position LIMIT $3`;

export function readPartition(partition: number, fromPosition: number, limit: number): QueryConfig {
  return { name: 'read-partition', text, values: [partition, fromPosition, limit] };
}
