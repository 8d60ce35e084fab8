import type { CommandEnvelope } from '@tidemark/messaging';
import type { Queryable } from './queryable';

export interface CommandRow {
  readonly command_id: string;
  readonly instance_id: string;
  readonly step: string;
  readonly envelope: CommandEnvelope;
}

/** Puts commands into the outbox, due at once. One that is there already is the same command, and stays as it is. */
export async function insertCommands(
  client: Queryable,
  process: string,
  commands: readonly CommandRow[],
): Promise<void> {
  await client.query({
    name: 'tidemark-process-insert-commands',
    text: `
INSERT INTO process_manager.commands (command_id, process, instance_id, step, envelope)
SELECT command_id, $1, instance_id, step, envelope
  FROM jsonb_to_recordset($2::jsonb) AS new (command_id uuid, instance_id text, step text, envelope jsonb)
ON CONFLICT (command_id) DO NOTHING`,
    values: [process, JSON.stringify(commands)],
  });
}
