import type { QueryConfig } from 'pg';

export interface FindCommandsRow {
  readonly command_id: string;
  /** The number of the event among all events of the command, from 0. */
  readonly ordinal: number;
  readonly stream_id: string;
  readonly event_type: string;
  readonly event_version: number;
  readonly partition: number;
  readonly position: number;
  readonly command_hash: Buffer;
}

const text = `
  SELECT causation_id AS command_id, ordinal, stream_id, event_type, event_version, partition, position, command_hash
  FROM event_store.events WHERE causation_id = ANY ($1::uuid[])`;

/** One row per event of each command, in no particular order. */
export function findCommands(commandIds: readonly string[]): QueryConfig {
  return { name: 'find-commands', text, values: [commandIds] };
}
