import { hasTestServer } from './test-run';

/** The database that holds the read models in tests that run with one kind only: MongoDB, if this run has it. */
export function testReadStore(): 'mongodb' | 'postgres' {
  return hasTestServer('mongodb') ? 'mongodb' : 'postgres';
}
