import type { Pool } from 'pg';

/** The identity of a waiting command. */
export interface CommandId {
  readonly queue: string;
  readonly messageId: string;
}

/** Removes handled commands, except those that were taken back from the receiver meanwhile. */
export async function deleteCommands(
  pool: Pool,
  receiver: string,
  commands: readonly CommandId[],
): Promise<void> {
  await pool.query({
    name: 'tidemark-command-queue-delete',
    text: `
DELETE FROM command_queue.commands AS command
 USING unnest($2::text[], $3::text[]) AS handled (queue, message_id)
 WHERE command.queue = handled.queue AND command.message_id = handled.message_id AND receiver = $1`,
    values: [receiver, commands.map(({ queue }) => queue), commands.map(({ messageId }) => messageId)],
  });
}
