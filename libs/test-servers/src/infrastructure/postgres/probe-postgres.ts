import { withPostgres } from '../../connections/postgres';

const oldestVersion = 140_000;

/** Rejects if the server is too old or its user may not create databases and roles. */
export async function probePostgres(url: string): Promise<void> {
  const [row] = await withPostgres(url, async (client) => {
    const { rows } = await client.query<{ version: number; may: boolean }>(
      `SELECT current_setting('server_version_num')::int AS version,
              rolsuper OR (rolcreatedb AND rolcreaterole) AS may
         FROM pg_roles WHERE rolname = current_user`,
    );
    return rows;
  });
  if (!row || row.version < oldestVersion) {
    throw new Error('Postgres 14 or later is required');
  }
  if (!row.may) {
    throw new Error('its user must be allowed to create databases and roles');
  }
}
