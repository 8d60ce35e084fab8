import type { QueryConfig } from 'pg';
import type { SnapshotRow } from './load-snapshots';

/** A slower replica, or one of an older release, does not overwrite a newer state with an older one. */
const text = `
  INSERT INTO event_store.snapshots AS s (stream_id, state_version, event_version, event_id, state, checksum)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (stream_id) DO UPDATE SET state_version = excluded.state_version, event_version = excluded.event_version,
    event_id = excluded.event_id, state = excluded.state, checksum = excluded.checksum, "timestamp" = clock_timestamp()
  WHERE (s.state_version, s.event_version) < (excluded.state_version, excluded.event_version)`;

export function saveSnapshot(snapshot: SnapshotRow): QueryConfig {
  const { stream_id, state_version, event_version, event_id, state, checksum } = snapshot;
  return {
    name: 'save-snapshot',
    text,
    values: [stream_id, state_version, event_version, event_id, state, checksum],
  };
}
