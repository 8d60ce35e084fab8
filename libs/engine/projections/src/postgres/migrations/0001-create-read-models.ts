import {
  attemptGrants,
  attemptTables,
  groupStoreGrants,
  groupStoreTables,
  parkedStoreGrants,
  parkedStoreTables,
} from '@tidemark/messaging';
import type { Migration, MigrationConnection } from '@tidemark/postgres';

const schema = 'read_models';
const writer = 'tidemark_read_models_writer';
const reader = 'tidemark_read_models_reader';

/** What all read models share. The writer makes a table for each generation when it begins to fill it. */
export class CreateReadModels1767225600201 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(groupStoreTables(schema) + parkedStoreTables(schema) + attemptTables(schema));
    await connection.query(feeds);
    await connection.query(generations);
    await connection.query(instant);
    await connection.query(groupStoreGrants(schema, writer));
    await connection.query(parkedStoreGrants(schema, writer));
    await connection.query(attemptGrants(schema, writer));
    await connection.query(`GRANT SELECT, INSERT, UPDATE ON generation_states, rebuilds TO ${writer}`);
    await connection.query(`GRANT SELECT, INSERT ON installation TO ${writer}`);
    await connection.query(`GRANT CREATE ON SCHEMA ${schema} TO ${writer}`);
    await connection.query(
      `GRANT SELECT ON consumer_checkpoints, parked_streams, generation_states, installation TO ${reader}`,
    );
  }

  /** Forward only, like all migrations. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema read_models cannot be reverted'));
  }
}

/** The column is in the checkpoint's row, so that one compare-and-set decides whether an event is in a generation. */
const feeds = `
ALTER TABLE consumer_checkpoints
  ADD COLUMN generations text[] NOT NULL DEFAULT '{}',
  ADD COLUMN folds       text[] NOT NULL DEFAULT '{}',
  ADD COLUMN revision    bigint NOT NULL DEFAULT 0;
`;

const generations = `
CREATE TABLE generation_states (
  name     text   PRIMARY KEY,
  revision bigint NOT NULL,
  state    jsonb  NOT NULL
);

CREATE TABLE rebuilds (
  id         text    PRIMARY KEY,
  finished   boolean NOT NULL DEFAULT false,
  owner      text,
  expires_at timestamptz,
  rebuild    jsonb   NOT NULL
);
CREATE INDEX rebuilds_under_way ON rebuilds (id) WHERE NOT finished;

CREATE TABLE installation (
  is_single boolean PRIMARY KEY DEFAULT true CHECK (is_single),
  log_id    text    NOT NULL
);
`;

/**
 * Postgres calls the cast stable, because some texts depend on settings. An ISO 8601 text in UTC does not, and
 * generated columns take immutable functions only.
 */
const instant = `
CREATE FUNCTION instant(iso text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RETURN iso::timestamptz; END $$;
`;
