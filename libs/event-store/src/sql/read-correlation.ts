import type { QueryConfig } from 'pg';
import { eventColumns, type EventRow } from './event-row';

export interface CorrelatedEventRow extends EventRow {
  readonly global_position: number;
}

/**
 * By the number that the insert drew: an effect is inserted after its cause was committed, so it has the higher one.
 * That is order enough for reading what is there; it is none for following, since lower numbers can appear later.
 */
const text = `
  SELECT global_position, ${eventColumns} FROM event_store.events
  WHERE correlation_id = $1 AND global_position > $2
  ORDER BY global_position LIMIT $3`;

export function readCorrelation(correlationId: string, after: number, limit: number): QueryConfig {
  return { name: 'read-correlation', text, values: [correlationId, after, limit] };
}
