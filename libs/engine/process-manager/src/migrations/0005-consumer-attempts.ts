import { attemptGrants, attemptTables } from '@tidemark/messaging';
import type { Migration, MigrationConnection } from '@tidemark/postgres';

const schema = 'process_manager';

/** The marks of attempts that replicas have begun and not ended. They show which event ends processes. */
export class ConsumerAttempts1767225600005 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(attemptTables(schema));
    await connection.query(attemptGrants(schema, 'tidemark_process_manager_runtime'));
  }

  /** Forward only, like all migrations. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager cannot be reverted'));
  }
}
