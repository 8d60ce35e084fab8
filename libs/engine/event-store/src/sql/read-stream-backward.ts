import type { QueryConfig } from 'pg';
import { eventColumns } from './event-row';
import type { ReadStreamParameters } from './read-streams';

const text = `
  SELECT ${eventColumns} FROM event_store.events
  WHERE stream_id = $1 AND event_version BETWEEN $2 AND $3
  ORDER BY event_version DESC LIMIT $4`;

/** Reads the newest events first. */
export function readStreamBackward(p: ReadStreamParameters): QueryConfig {
  return {
    name: 'read-stream-backward',
    text,
    values: [p.streamId, p.fromVersion, p.toVersion, p.limit],
  };
}
