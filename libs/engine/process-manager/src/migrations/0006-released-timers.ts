import type { Migration, MigrationConnection } from '@tidemark/postgres';

/**
 * When an instance continues, its timers are due again, even at a replica of a release before 0004. That release does
 * not know `parked_at`, so without the trigger, the timers would never fire again.
 */
export class ReleasedTimers1767225600006 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(`
      CREATE FUNCTION release_timers() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE process_manager.timers SET parked_at = NULL
         WHERE process = NEW.process AND instance_id = NEW.instance_id AND parked_at IS NOT NULL;
        RETURN NULL;
      END $$`);
    await connection.query(`
      CREATE TRIGGER release_timers AFTER UPDATE OF parked ON instances
        FOR EACH ROW WHEN (OLD.parked IS NOT NULL AND NEW.parked IS NULL) EXECUTE FUNCTION release_timers()`);
  }

  /** Forward only: a replica of an earlier release may be at work. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager cannot be reverted'));
  }
}
