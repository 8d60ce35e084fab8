import { escapeIdentifier, type Pool } from 'pg';
import type { MigrateSchemaOptions } from './migrate-schema';
import { SchemaBehindError } from './errors';

/**
 * Checks that every migration that this code knows has run on `schema`. The schema of a later release may have had more
 * migrations.
 *
 * @throws SchemaBehindError, or pg's error if the database is unavailable or the schema does not exist
 */
export async function requireMigrated(
  pool: Pool,
  { schema, migrations }: Pick<MigrateSchemaOptions, 'schema' | 'migrations'>,
): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT name FROM ${escapeIdentifier(schema)}.migrations`,
  );
  const ran = new Set(rows.map(({ name }) => name));
  const missing = migrations.map(({ name }) => name).filter((name) => !ran.has(name));
  if (missing.length > 0) {
    throw new SchemaBehindError(schema, missing);
  }
}
