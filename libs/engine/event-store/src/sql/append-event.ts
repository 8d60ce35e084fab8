import type { QueryConfig } from 'pg';
import type { PreparedAppend, PreparedEvent } from '../prepared-append';
import { noTurnOf } from './turns';

/**
 * The appended event. No row means that nothing was written: the log knows the command, the stream is not at the
 * expected version, or another process has its turn on it.
 */
export interface AppendEventRow {
  readonly version: number;
  readonly partition: number;
  readonly position: number;
}

/**
 * Appends one event in one round trip. Two appends to one partition wait for each other at its head row, so that
 * positions are assigned and become visible in the same order. After that wait, the command and version that the
 * statement saw may be outdated. An append to a new stream does not check the version at all. In both cases, the unique
 * constraints decide.
 */
const text = `
  WITH head AS (
    UPDATE event_store.partitions p SET head = p.head + 1
    FROM (
      SELECT coalesce(s.event_version, 0) AS version, coalesce(s.partition, $3::smallint) AS partition
      FROM (SELECT) AS once LEFT JOIN LATERAL (
        SELECT event_version, partition FROM event_store.events
        WHERE stream_id = $1 AND $4 IS DISTINCT FROM 0 ORDER BY event_version DESC LIMIT 1
      ) s ON true
    ) stream
    WHERE p.partition = stream.partition AND ($4::integer IS NULL OR stream.version = $4)
      AND NOT EXISTS (SELECT FROM event_store.events WHERE causation_id = $6) AND ${noTurnOf('$1')}
    RETURNING p.partition, p.head AS position, stream.version + 1 AS version
  )
  INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
    event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
  SELECT $9, $1, $2, $10, $12, $8, version, clock_timestamp(), $5, $6, 0, $7, $11, partition, position FROM head
  RETURNING event_version AS version, partition, position`;

/** Use it only for an append of one event that is the only event of its command. */
export function appendEvent(append: PreparedAppend, event: PreparedEvent): QueryConfig {
  return {
    name: 'append-event',
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
      event.eventId,
      event.type,
      event.schemaVersion,
      event.data,
    ],
  };
}
