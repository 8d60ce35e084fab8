import { escapeIdentifier, type Pool } from 'pg';
import type { MigrateSchemaOptions } from './migrate-schema';
import { SchemaBehindError } from './errors';

/**
 * Whether `schema` has had every migration that this code knows: one of a later release may have had more.
 *
 * @throws SchemaBehindError, or what pg throws when the database is away or the schema is not there at all
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
