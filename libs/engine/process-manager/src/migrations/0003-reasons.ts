import type { Migration, MigrationConnection } from '@tidemark/postgres';

/** The reason why an operator skipped a step or undid the steps so far. */
export class Reasons1767225600003 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query('ALTER TABLE history ADD COLUMN reason text');
  }

  /** Forward only: recorded reasons can't be restored. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager cannot be reverted'));
  }
}
