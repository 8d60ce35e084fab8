import { postgresUrlFor, withPostgres } from '../connections/postgres';
import type { SetUp } from './installation-record';

/**
 * Where the read models are, for an installation that another checkout or an older release has begun. The database
 * shows it. Empty if there is no such installation.
 */
export async function beganReadStore(
  postgresUrl: string,
  name: string,
): Promise<Partial<Pick<SetUp, 'readStore'>>> {
  const { rowCount } = await withPostgres(postgresUrl, (client) =>
    client.query('SELECT FROM pg_database WHERE datname = $1', [name]),
  );
  if (rowCount === 0) {
    return {};
  }
  const { rows } = await withPostgres(postgresUrlFor(postgresUrl, name), (client) =>
    client.query<{ log: boolean; documents: boolean }>(
      `SELECT to_regnamespace('event_store') IS NOT NULL AS log, to_regnamespace('read_models') IS NOT NULL AS documents`,
    ),
  );
  const { log, documents } = rows[0]!;
  if (documents) {
    return { readStore: 'postgres' };
  }
  return log ? { readStore: 'mongodb' } : {};
}
