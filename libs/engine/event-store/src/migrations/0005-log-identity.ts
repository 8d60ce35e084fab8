import type { Migration, MigrationConnection } from '@tidemark/postgres';

/**
 * A name that no other log has. Each store that is made from the log records the name, so a store is never mistaken for
 * one that another log made.
 */
export class LogIdentity1764000000005 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(`
      CREATE TABLE log_identity (
        is_single boolean PRIMARY KEY DEFAULT true CHECK (is_single),
        id        uuid    NOT NULL DEFAULT gen_random_uuid()
      )`);
    await connection.query(`INSERT INTO log_identity DEFAULT VALUES`);
    await connection.query(
      `GRANT SELECT ON log_identity TO tidemark_event_store_writer, tidemark_event_store_reader`,
    );
  }

  /** Forward only, like all migrations. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema event_store cannot be reverted'));
  }
}
