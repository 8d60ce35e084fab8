import { createPool } from '@tidemark/postgres';
import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { PostgresSubscriptionCheckpoints, subscriptionTables } from './postgres-subscription-checkpoints';
import { describeSubscriptionCheckpoints } from './subscription-checkpoints-contract';

const schema = 'a reader';
let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, applicationName: 'subscription-checkpoints' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describeSubscriptionCheckpoints('PostgresSubscriptionCheckpoints', async () => {
  await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE; CREATE SCHEMA "${schema}"`);
  await pool.query(subscriptionTables(schema));
  const of = (name: string) => new PostgresSubscriptionCheckpoints({ pool, schema, name });
  return { checkpoints: of('one'), other: of('other') };
});
