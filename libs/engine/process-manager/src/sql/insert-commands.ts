import type { CommandEnvelope } from '@tidemark/messaging';
import { StepRepeatedError } from '../errors';
import type { Queryable } from './queryable';

export interface CommandRow {
  readonly command_id: string;
  readonly instance_id: string;
  readonly step: string;
  readonly envelope: CommandEnvelope;
}

/**
 * Puts commands into the outbox, due at once.
 *
 * @throws StepRepeatedError when a command exists already. Its instance does not wait for it, so it was answered before
 */
export async function insertCommands(
  client: Queryable,
  process: string,
  commands: readonly CommandRow[],
): Promise<void> {
  const { rows } = await client.query<{ command_id: string }>({
    name: 'tidemark-process-insert-commands',
    text: `
INSERT INTO process_manager.commands (command_id, process, instance_id, step, envelope)
SELECT command_id, $1, instance_id, step, envelope
  FROM jsonb_to_recordset($2::jsonb) AS new (command_id uuid, instance_id text, step text, envelope jsonb)
ON CONFLICT (command_id) DO NOTHING
RETURNING command_id`,
    values: [process, JSON.stringify(commands)],
  });
  if (rows.length < commands.length) {
    const inserted = new Set(rows.map(({ command_id }) => command_id));
    const repeated = commands.filter(({ command_id }) => !inserted.has(command_id));
    throw new StepRepeatedError(
      process,
      repeated.map(({ instance_id, step }) => `${step} of ${instance_id}`),
    );
  }
}
