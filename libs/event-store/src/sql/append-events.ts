import type { QueryConfig } from 'pg';
import type { PreparedAppend } from '../prepared-append';

/** One of the appended events, in their order. No row: the stream is not at the expected version, and nothing was written. */
export interface AppendEventsRow {
  readonly version: number;
  readonly partition: number;
  readonly position: number;
}

/**
 * One round trip. Two appends to one partition wait for each other at its head row, so that positions are handed out
 * and become visible in the same order. The look at the stream's version may be stale after that wait; the unique
 * constraint on (stream_id, event_version) then has the last word.
 */
const text = `
  WITH head AS (
    UPDATE event_store.partitions p SET head = p.head + cardinality($9::uuid[])
    FROM (
      SELECT coalesce(s.event_version, 0) AS version, coalesce(s.partition, $3::smallint) AS partition
      FROM (SELECT) AS once LEFT JOIN LATERAL (
        SELECT event_version, partition FROM event_store.events
        WHERE stream_id = $1 ORDER BY event_version DESC LIMIT 1
      ) s ON true
    ) stream
    WHERE p.partition = stream.partition AND ($4::integer IS NULL OR stream.version = $4)
    RETURNING p.partition, p.head - cardinality($9::uuid[]) AS position, stream.version
  )
  INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
    event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
  SELECT e.id, $1, $2, e.type, e.data, $8, head.version + e.ordinal, clock_timestamp(), $5, $6, e.ordinal - 1, $7,
         e.schema_version, head.partition, head.position + e.ordinal
  FROM head, unnest($9::uuid[], $10::text[], $11::smallint[], $12::jsonb[])
         WITH ORDINALITY AS e (id, type, schema_version, data, ordinal)
  RETURNING event_version AS version, partition, position`;

/** For an append that is its command's only one. */
export function appendEvents(append: PreparedAppend): QueryConfig {
  return {
    name: 'append-events',
    text,
    values: [
      append.streamId,
      append.streamType,
      append.partition,
      append.expectedVersion,
      append.correlationId,
      append.commandId,
      append.commandHash,
      append.metadata,
      append.events.map((event) => event.eventId),
      append.events.map((event) => event.type),
      append.events.map((event) => event.schemaVersion),
      append.events.map((event) => event.data),
    ],
  };
}
