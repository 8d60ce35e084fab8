import type { Migration, MigrationConnection } from '@tidemark/postgres';

/**
 * Timers that wait with their instance for an operator. They are not in the index of due timers. So the timer runner
 * never has to pass over them to reach other timers.
 */
export class ParkedTimers1767225600004 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query('ALTER TABLE timers ADD COLUMN parked_at timestamptz');
    await connection.query('DROP INDEX timers_by_due');
    await connection.query('CREATE INDEX timers_by_due ON timers (process, due_at) WHERE parked_at IS NULL');
  }

  /** Forward only: without the column, parked timers would fire before an operator has acted. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager cannot be reverted'));
  }
}
