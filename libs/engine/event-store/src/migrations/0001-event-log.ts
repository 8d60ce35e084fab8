import type { Migration, MigrationConnection } from '@tidemark/postgres';

/** The partitioned log. Immutable: a change needs a new migration. */
export class EventLog1764000000001 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(`
      CREATE TABLE partitions (
        partition smallint PRIMARY KEY,
        head bigint NOT NULL DEFAULT 0 CHECK (head >= 0)
      ) WITH (fillfactor = 10)`);
    await connection.query(`
      COMMENT ON TABLE partitions IS
        'The last position of each partition. An append takes the row''s lock, so positions are gapless and become visible in order.'`);

    // No foreign key to partitions: an append takes the head row anyway, and the look-up per event was 15 % of an
    // append of ten events (measured).
    await connection.query(`
      CREATE TABLE events (
        event_id uuid PRIMARY KEY,
        stream_id text COLLATE "C" NOT NULL,
        stream_type text COLLATE "C" NOT NULL,
        event_type text COLLATE "C" NOT NULL,
        event_data jsonb NOT NULL,
        event_metadata jsonb NOT NULL,
        event_version integer NOT NULL CHECK (event_version >= 1),
        global_position bigint GENERATED ALWAYS AS IDENTITY,
        "timestamp" timestamptz NOT NULL,
        correlation_id text COLLATE "C" NOT NULL,
        causation_id uuid NOT NULL,
        ordinal smallint NOT NULL CHECK (ordinal >= 0),
        command_hash bytea NOT NULL,
        schema_version smallint NOT NULL CHECK (schema_version >= 1),
        partition smallint NOT NULL,
        position bigint NOT NULL CHECK (position >= 1),
        CONSTRAINT events_stream_version UNIQUE (stream_id, event_version),
        CONSTRAINT events_partition_position UNIQUE (partition, position),
        CONSTRAINT events_command UNIQUE (causation_id, ordinal)
      )`);
    await connection.query(`CREATE INDEX events_type_time ON events (event_type, "timestamp")`);
    await connection.query(`CREATE INDEX events_correlation ON events (correlation_id, global_position)`);

    await connection.query(`
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'events are never changed: % on % refused', TG_OP, TG_TABLE_NAME
          USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await connection.query(`
      CREATE TRIGGER events_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);

    await connection.query(`GRANT SELECT, INSERT ON events TO tidemark_event_store_writer`);
    await connection.query(`GRANT SELECT, UPDATE (head) ON partitions TO tidemark_event_store_writer`);
    await connection.query(`GRANT SELECT ON events, partitions TO tidemark_event_store_reader`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the schema event_store cannot be reverted'));
  }
}
