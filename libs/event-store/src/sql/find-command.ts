import type { QueryConfig } from 'pg';

/** One row per event of the command, in order. */
export interface FindCommandRow {
  readonly stream_id: string;
  readonly event_type: string;
  readonly event_version: number;
  readonly partition: number;
  readonly position: number;
  readonly command_hash: Buffer;
}

const text = `
  SELECT stream_id, event_type, event_version, partition, position, command_hash FROM event_store.events
  WHERE causation_id = $1 ORDER BY ordinal`;

export function findCommand(commandId: string): QueryConfig {
  return { name: 'find-command', text, values: [commandId] };
}
