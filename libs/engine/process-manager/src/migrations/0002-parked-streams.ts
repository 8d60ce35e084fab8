import { parkedStoreGrants, parkedStoreTables } from '@tidemark/messaging';
import type { Migration, MigrationConnection } from '@tidemark/postgres';

const schema = 'process_manager';

export class ParkedStreams1767225600002 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(parkedStoreTables(schema));
    await connection.query(parkedStoreGrants(schema, 'tidemark_process_manager_runtime'));
  }

  /** Forward only: the operators' decisions about parked streams can't be restored. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager cannot be reverted'));
  }
}
