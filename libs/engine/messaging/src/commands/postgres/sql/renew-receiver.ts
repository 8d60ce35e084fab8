import type { Pool } from 'pg';
import { expiry, lasting } from '../../../leases/expiry';

/**
 * Counts the receiver as alive for `ttlMs` from now, and takes back the commands that dead receivers hold.
 *
 * These are three statements. A single statement could keep the locks of its own rows while it waits for those of other
 * rows, and such renewals would deadlock.
 *
 * @returns how many commands were taken back
 */
export async function renewReceiver(pool: Pool, receiver: string, ttlMs: number): Promise<number> {
  await pool.query(
    `
INSERT INTO command_queue.receivers (id, expires_at) VALUES ($1, ${expiry('$2')})
ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at`,
    [receiver, ttlMs],
  );
  const { rowCount } = await pool.query(`
WITH orphaned AS (
  SELECT queue, message_id
    FROM command_queue.commands
   WHERE receiver IS NOT NULL
     AND receiver NOT IN (SELECT id FROM command_queue.receivers WHERE ${lasting('expires_at')})
     FOR UPDATE SKIP LOCKED
)
UPDATE command_queue.commands AS command
   SET receiver = NULL, losses = losses + 1
  FROM orphaned
 WHERE command.queue = orphaned.queue AND command.message_id = orphaned.message_id`);
  await pool.query(`
DELETE FROM command_queue.receivers
 WHERE id IN (
   SELECT id FROM command_queue.receivers WHERE NOT (${lasting('expires_at')}) FOR UPDATE SKIP LOCKED
 )`);
  return rowCount ?? 0;
}
