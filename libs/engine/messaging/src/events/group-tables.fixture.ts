import type { Pool } from 'pg';
import { groupStoreTables } from '../leases/postgres-group-store-tables';
import { attemptTables, parkedStoreTables } from '../parked/postgres-parked-store-tables';

export const GROUP_SCHEMA = 'messaging';

/** Everything that a consumer group stores. */
export async function createGroupTables(pool: Pool): Promise<void> {
  await pool.query(`CREATE SCHEMA ${GROUP_SCHEMA}`);
  await pool.query(
    groupStoreTables(GROUP_SCHEMA) + parkedStoreTables(GROUP_SCHEMA) + attemptTables(GROUP_SCHEMA),
  );
}

/**
 * Empties the tables, as if the database had come back empty. One table after the other: with all at once, groups at
 * work deadlock.
 */
export async function emptyGroupTables(pool: Pool): Promise<void> {
  for (const table of ['checkpoints', 'leases', 'members', 'attempts'].map((name) => `consumer_${name}`)) {
    await pool.query(`TRUNCATE ${GROUP_SCHEMA}.${table}`);
  }
  await pool.query(`TRUNCATE ${GROUP_SCHEMA}.parked_streams`);
}

/** Ends all leases at once, as if their time were over. */
export async function expireLeases(pool: Pool): Promise<void> {
  await pool.query(`UPDATE ${GROUP_SCHEMA}.consumer_leases SET expires_at = clock_timestamp()`);
}
