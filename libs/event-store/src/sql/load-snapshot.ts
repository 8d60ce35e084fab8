import type { QueryConfig } from 'pg';

export interface SnapshotRow {
  readonly state_version: number;
  readonly event_version: number;
  readonly event_id: string;
  readonly state: Buffer;
  readonly checksum: Buffer;
}

const text = `
  SELECT state_version, event_version, event_id, state, checksum FROM event_store.snapshots WHERE stream_id = $1`;

export function loadSnapshot(streamId: string): QueryConfig {
  return { name: 'load-snapshot', text, values: [streamId] };
}
