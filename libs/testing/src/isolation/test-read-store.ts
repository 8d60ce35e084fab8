/**
 * The database that holds the read models in tests that run with one kind only. `TIDEMARK_TEST_READ_STORE=postgres`
 * runs them with Postgres.
 */
export function testReadStore(): 'mongodb' | 'postgres' {
  return process.env['TIDEMARK_TEST_READ_STORE'] === 'postgres' ? 'postgres' : 'mongodb';
}
