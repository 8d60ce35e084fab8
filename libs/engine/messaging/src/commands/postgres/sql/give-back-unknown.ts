import type { Pool } from 'pg';
import type { CommandId } from './delete-commands';

/**
 * Gives back the commands that the receiver took without learning of it, because the connection was lost before the
 * answer arrived.
 *
 * @returns how many
 */
export async function giveBackUnknown(
  pool: Pool,
  receiver: string,
  known: readonly CommandId[],
): Promise<number> {
  const { rowCount } = await pool.query({
    name: 'tidemark-command-queue-give-back',
    text: `
UPDATE command_queue.commands AS command
   SET receiver = NULL
 WHERE receiver = $1
   AND NOT EXISTS (
     SELECT FROM unnest($2::text[], $3::text[]) AS known (queue, message_id)
      WHERE known.queue = command.queue AND known.message_id = command.message_id
   )`,
    values: [receiver, known.map(({ queue }) => queue), known.map(({ messageId }) => messageId)],
  });
  return rowCount ?? 0;
}
