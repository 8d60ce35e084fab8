import type { Migration, MigrationConnection } from '@tidemark/postgres';

/** How far each inline projection is, by generation and partition. */
export class InlineCheckpoints1767225600202 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    // Each append rewrites its rows. Room in the pages keeps the new versions beside the old ones.
    await connection.query(`
CREATE TABLE inline_checkpoints (
  generation text    COLLATE "C" NOT NULL,
  partition  integer NOT NULL,
  position   bigint  NOT NULL DEFAULT 0 CHECK (position >= 0),
  PRIMARY KEY (generation, partition)
) WITH (fillfactor = 20)`);
    await connection.query(
      `GRANT SELECT, INSERT, UPDATE, DELETE ON inline_checkpoints TO tidemark_read_models_writer`,
    );
    await connection.query(`GRANT SELECT ON inline_checkpoints TO tidemark_read_models_reader`);
  }

  /** Forward only, like all migrations. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema read_models cannot be reverted'));
  }
}
