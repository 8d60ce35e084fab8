import type { QueryConfig } from 'pg';

export interface SnapshotRow {
  readonly stream_id: string;
  readonly state_version: number;
  readonly event_version: number;
  readonly event_id: string;
  readonly state: Buffer;
  readonly checksum: Buffer;
}

const text = `
  SELECT stream_id, state_version, event_version, event_id, state, checksum
  FROM event_store.snapshots WHERE stream_id = ANY ($1::text[])`;

/** At most one row per stream, in no particular order. */
export function loadSnapshots(streamIds: readonly string[]): QueryConfig {
  return { name: 'load-snapshots', text, values: [streamIds] };
}
