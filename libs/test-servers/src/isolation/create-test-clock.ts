import { withPostgres } from '../connections/postgres';

/** The clock of one test database. */
export interface TestClock {
  /** Steps the clock forwards, or backwards by a negative number. The clock then keeps running from there. */
  step(byMs: number): Promise<void>;
}

/**
 * Replaces the clock of a database: `clock_timestamp()` becomes the server's clock plus the steps of the test. This
 * holds for connections that are opened afterwards, and for functions that exist already.
 *
 * @param url the administrator's URL of a database that no other test uses
 */
export async function createTestClock(url: string): Promise<TestClock> {
  await withPostgres(url, (client) => client.query(createClock));
  return {
    step: (byMs) =>
      withPostgres(url, async (client) => {
        await client.query(`UPDATE test_clock.step SET ahead = ahead + $1 * interval '1 ms'`, [byMs]);
      }),
  };
}

/** The search path names `pg_catalog`, because otherwise Postgres searches it first. */
const createClock = `
  CREATE SCHEMA test_clock;
  CREATE TABLE test_clock.step AS SELECT interval '0' AS ahead;
  CREATE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    'SELECT pg_catalog.clock_timestamp() + ahead FROM test_clock.step';
  GRANT USAGE ON SCHEMA test_clock TO PUBLIC;
  GRANT SELECT ON test_clock.step TO PUBLIC;
  DO $$
  DECLARE found record;
  BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = test_clock, pg_catalog, public', current_database());
    FOR found IN
      SELECT oid::regprocedure AS name, substr(setting, length('search_path=') + 1) AS path
      FROM pg_proc, unnest(proconfig) AS setting WHERE setting LIKE 'search\\_path=%'
    LOOP
      EXECUTE format('ALTER FUNCTION %s SET search_path = test_clock, pg_catalog, %s', found.name, found.path);
    END LOOP;
  END $$`;
