import type { Pool } from 'pg';

/**
 * The identity of the log: a UUID that it has had since its migration, and that a restored backup has as well. Throws
 * pg's errors; `isLogNotReady` recognises those that may pass.
 */
export async function logIdentity(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM event_store.log_identity');
  return rows[0]!.id;
}
