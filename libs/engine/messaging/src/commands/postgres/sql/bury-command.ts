import type { Pool } from 'pg';
import type { CommandId } from './delete-commands';

export interface DeathOfCommand {
  readonly attempts: number;
  readonly reasonCode: string;
  readonly reason: string;
}

/** Moves a command to the dead letters in one step, unless it was taken back from the receiver meanwhile. */
export async function buryCommand(
  pool: Pool,
  receiver: string,
  { queue, messageId }: CommandId,
  { attempts, reasonCode, reason }: DeathOfCommand,
): Promise<void> {
  await pool.query({
    name: 'tidemark-command-queue-bury',
    text: `
WITH buried AS (
  DELETE FROM command_queue.commands
   WHERE queue = $2 AND message_id = $3 AND receiver = $1
  RETURNING message_id, queue, routing_key, content, properties, sent_at
)
INSERT INTO command_queue.dead_letters
       (message_id, queue, routing_key, content, properties, sent_at, attempts, reason_code, reason)
SELECT message_id, queue, routing_key, content, properties, sent_at, $4, $5, $6
  FROM buried`,
    values: [receiver, queue, messageId, attempts, reasonCode, reason],
  });
}
