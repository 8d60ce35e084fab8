import type { QueryConfig } from 'pg';

export interface KnownCommandRow {
  readonly command_id: string;
  readonly command_hash: Buffer;
}

const text = `
  SELECT c.command_id, e.command_hash
  FROM unnest($1::uuid[]) AS c (command_id)
  CROSS JOIN LATERAL (
    SELECT command_hash FROM event_store.events WHERE causation_id = c.command_id ORDER BY ordinal LIMIT 1
  ) e`;

/** Those of the commands that the log has events of. */
export function knownCommands(commandIds: readonly string[]): QueryConfig {
  return { name: 'known-commands', text, values: [commandIds] };
}
