import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Timers that wait with their instance for a person. They leave the index of due timers, so that however many of them
 * there are, the timer runner never passes over them to reach the others.
 */
export class ParkedTimers1767225600004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE timers ADD COLUMN parked_at timestamptz');
    await queryRunner.query('DROP INDEX timers_by_due');
    await queryRunner.query('CREATE INDEX timers_by_due ON timers (process, due_at) WHERE parked_at IS NULL');
  }

  /** Forward only: without the column, parked timers would fire before a person has looked. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager is not taken back'));
  }
}
