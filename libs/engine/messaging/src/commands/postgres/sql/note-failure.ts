import type { Pool } from 'pg';
import type { CommandId } from './delete-commands';

export interface NotedFailure {
  readonly attempts: number;
  readonly failures: number;
  readonly reasonCode: string;
  readonly reason: string;
}

/** Keeps the number of attempts and the last reason with the command, unless it was taken back meanwhile. */
export async function noteFailure(
  pool: Pool,
  receiver: string,
  { queue, messageId }: CommandId,
  { attempts, failures, reasonCode, reason }: NotedFailure,
): Promise<void> {
  await pool.query({
    name: 'tidemark-command-queue-note-failure',
    text: `
UPDATE command_queue.commands SET attempts = $4, failures = $5, reason_code = $6, reason = $7
 WHERE queue = $2 AND message_id = $3 AND receiver = $1`,
    values: [receiver, queue, messageId, attempts, failures, reasonCode, reason],
  });
}
