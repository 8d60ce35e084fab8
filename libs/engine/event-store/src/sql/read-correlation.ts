import type { QueryConfig } from 'pg';
import { eventColumns } from './event-row';

export interface CorrelationRead {
  readonly correlationId: string;
  /** The page begins after this event. If absent, it begins with the first event. */
  readonly afterEventId: string | undefined;
  readonly limit: number;
}

/**
 * The events are ordered by the number that each got when it was inserted. An effect is inserted after its cause was
 * committed, so it has the higher number. That suffices for reading existing events, but not for following the log,
 * because lower numbers can appear later.
 */
const text = `
  SELECT ${eventColumns} FROM event_store.events
  WHERE correlation_id = $1 AND global_position > CASE
    WHEN $2::uuid IS NULL THEN 0
    ELSE (SELECT last.global_position FROM event_store.events AS last WHERE last.event_id = $2)
  END
  ORDER BY global_position LIMIT $3`;

export function readCorrelation({ correlationId, afterEventId, limit }: CorrelationRead): QueryConfig {
  return { name: 'read-correlation', text, values: [correlationId, afterEventId ?? null, limit] };
}
