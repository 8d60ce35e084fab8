import type { QueryConfig } from 'pg';

export interface FoundStreamRow {
  readonly stream_id: string;
  /** The version of its last event. */
  readonly event_version: number;
  readonly partition: number;
}

const text = `
  SELECT s.stream_id, e.event_version, e.partition
  FROM unnest($1::text[]) AS s (stream_id)
  CROSS JOIN LATERAL (
    SELECT event_version, partition FROM event_store.events
    WHERE stream_id = s.stream_id ORDER BY event_version DESC LIMIT 1
  ) e`;

/** The ends of those streams that exist. */
export function findStreams(streamIds: readonly string[]): QueryConfig {
  return { name: 'find-streams', text, values: [streamIds] };
}
