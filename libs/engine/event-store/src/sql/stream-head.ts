import type { QueryConfig } from 'pg';

const text = `
  SELECT event_version AS version, partition, position, "timestamp" FROM event_store.events
  WHERE stream_id = $1 ORDER BY event_version DESC LIMIT 1`;

export function streamHead(streamId: string): QueryConfig {
  return { name: 'stream-head', text, values: [streamId] };
}
