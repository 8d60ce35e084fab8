import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why somebody skipped something, or had it undone. */
export class Reasons1767225600003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE history ADD COLUMN reason text');
  }

  /** Forward only: what people said can't be asked again. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager is not taken back'));
  }
}
