import type { QueryConfig } from 'pg';
import type { EventHeader } from '../event-store';

export interface ReadHeadersParameters {
  /** The streams, all of one partition. */
  readonly streamIds: readonly string[];
  /** The types of events to read; all types if absent. */
  readonly types?: readonly string[] | undefined;
  /** Exclusive. */
  readonly afterPosition: number;
  readonly limit: number;
}

export interface ReadHeadersRow {
  /** JSON. The headers come as one text, which costs the reader a third of the work of rows and columns. */
  readonly headers: string;
}

/** `at` is in milliseconds. `stream` is the stream's place among the parameters, from 1. */
type StoredHeader = readonly [
  stream: number,
  version: number,
  position: number,
  type: string,
  at: number,
  actor: string,
];

const text = `
  SELECT coalesce(json_agg(json_build_array(
    array_position($1, stream_id), event_version, position, event_type,
    floor(extract(epoch FROM "timestamp") * 1000)::bigint, event_metadata ->> 'actor'
  ) ORDER BY position), '[]')::text AS headers
  FROM (
    SELECT stream_id, event_version, position, event_type, "timestamp", event_metadata
    FROM event_store.events
    WHERE stream_id = ANY ($1) AND position > $2 AND ($3::text[] IS NULL OR event_type = ANY ($3))
    ORDER BY position LIMIT $4
  ) e`;

/** Reads the headers in order of their positions. */
export function readHeaders({ streamIds, types, afterPosition, limit }: ReadHeadersParameters): QueryConfig {
  return { name: 'read-headers', text, values: [streamIds, afterPosition, types, limit] };
}

export function toHeaders(row: ReadHeadersRow, streamIds: readonly string[]): EventHeader[] {
  return (JSON.parse(row.headers) as StoredHeader[]).map(([stream, version, position, type, at, actor]) => ({
    streamId: streamIds[stream - 1]!,
    version,
    position,
    type,
    timestamp: new Date(at).toISOString(),
    actor,
  }));
}
