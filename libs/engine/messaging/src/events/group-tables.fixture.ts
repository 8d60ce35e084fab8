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

/** As if the database had come back empty. */
export async function emptyGroupTables(pool: Pool): Promise<void> {
  await pool.query(`TRUNCATE messaging.consumer_members, messaging.consumer_leases, messaging.consumer_checkpoints,
    messaging.parked_streams, messaging.consumer_attempts`);
}
