import type { Migration, MigrationConnection } from '@tidemark/postgres';
import { groupStoreGrants, groupStoreTables } from '../../leases/postgres-group-store-tables';

/** The relay's leases and its position in each partition, in the schema of the log that it relays. */
export class Relay1764000000101 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(groupStoreTables('event_store'));
    await connection.query(groupStoreGrants('event_store', 'tidemark_event_store_writer'));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the tables of the relay cannot be reverted'));
  }
}
