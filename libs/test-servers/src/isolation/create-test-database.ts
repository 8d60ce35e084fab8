import { postgresUrlFor, withPostgres } from '../connections/postgres';
import { dropDatabase } from '../storage/drop-storage';
import { testName } from './test-name';
import { testRun } from './test-run';

export interface TestDatabase {
  /** The administrator's URL of the database. */
  readonly url: string;
  /** Ends every session and drops the database. A second call does nothing. */
  drop(): Promise<void>;
}

/** A new, empty Postgres database that no other test uses. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = testRun().urls.postgres;
  const name = testName();
  await withPostgres(server, (client) => client.query(`CREATE DATABASE "${name}"`));
  return { url: postgresUrlFor(server, name), drop: () => dropDatabase(server, name) };
}
