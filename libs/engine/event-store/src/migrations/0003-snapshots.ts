import type { Migration, MigrationConnection } from '@tidemark/postgres';

/** The newest state of a long stream. Only an optimisation: dropping all of them loses nothing. */
export class Snapshots1764000000003 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(`
      CREATE TABLE snapshots (
        stream_id text COLLATE "C" PRIMARY KEY,
        state_version integer NOT NULL,
        event_version integer NOT NULL,
        event_id uuid NOT NULL,
        state bytea NOT NULL,
        checksum bytea NOT NULL,
        "timestamp" timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await connection.query(`
      COMMENT ON COLUMN snapshots.event_id IS
        'The last event that the state holds: a snapshot of another log, or of one restored to an earlier point, does not match'`);
    await connection.query(
      `GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots TO tidemark_event_store_writer`,
    );
    await connection.query(`GRANT SELECT ON snapshots TO tidemark_event_store_reader`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the schema event_store cannot be reverted'));
  }
}
