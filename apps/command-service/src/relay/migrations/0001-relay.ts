import { eventStoreRoles } from '@tidemark/event-store';
import { groupStoreGrants, groupStoreTables } from '@tidemark/messaging';
import type { Migration, MigrationConnection } from '@tidemark/postgres';

/** The relay's leases and its position in each partition, in the schema of the log that it relays. */
export class Relay1764000000101 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(groupStoreTables('event_store'));
    await connection.query(groupStoreGrants('event_store', eventStoreRoles.writer));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the tables of the relay cannot be reverted'));
  }
}
