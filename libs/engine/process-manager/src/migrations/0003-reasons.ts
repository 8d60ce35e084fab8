import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The reason why an operator skipped a step or undid the steps so far. */
export class Reasons1767225600003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE history ADD COLUMN reason text');
  }

  /** Forward only: recorded reasons can't be restored. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager cannot be reverted'));
  }
}
