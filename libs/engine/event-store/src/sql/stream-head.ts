import type { QueryConfig } from 'pg';

const text = `
  SELECT l.stream_type AS "streamType", l.event_version AS version, l.partition, l.position,
         f."timestamp" AS "firstAt", l."timestamp" AS "lastAt"
  FROM (
    SELECT stream_type, event_version, partition, position, "timestamp" FROM event_store.events
    WHERE stream_id = $1 ORDER BY event_version DESC LIMIT 1
  ) l
  JOIN event_store.events f ON f.stream_id = $1 AND f.event_version = 1`;

/** The facts of a stream: a row of `StreamHead`, or none if the stream does not exist. */
export function streamHead(streamId: string): QueryConfig {
  return { name: 'stream-head', text, values: [streamId] };
}
