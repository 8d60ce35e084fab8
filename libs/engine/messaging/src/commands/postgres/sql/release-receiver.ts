import type { Pool } from 'pg';
import { COMMANDS_CHANNEL } from '../command-queue-schema';

/** Gives back everything that the receiver holds, tells the others, and forgets the receiver. */
export async function releaseReceiver(pool: Pool, receiver: string): Promise<void> {
  await pool.query('UPDATE command_queue.commands SET receiver = NULL WHERE receiver = $1', [receiver]);
  await pool.query('DELETE FROM command_queue.receivers WHERE id = $1', [receiver]);
  await pool.query('SELECT pg_notify($1, $2)', [COMMANDS_CHANNEL, '']);
}
