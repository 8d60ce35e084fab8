import type { Storage } from '../storage/storage';
import { createTestDatabase } from './create-test-database';
import { createTestMongo } from './create-test-mongo';
import { createTestVhost } from './create-test-vhost';
import { testName } from './test-name';
import { hasTestServer, testServer } from './test-run';

interface UrlNames {
  readonly rabbitmq: 'amqpUrl';
  readonly mongodb: 'mongodbUrl';
}
type OptionalService = keyof UrlNames;

export type TestStorage<Needed extends OptionalService = never> = Storage &
  Readonly<Record<UrlNames[Needed], string>> & {
    /** Drops all of it. */
    drop(): Promise<void>;
  };

/**
 * Storage for an installation that no other test uses, on all servers of this run.
 *
 * @param needed the servers without which the test makes no sense
 * @throws MissingServerError if this run lacks a needed server
 */
export async function createTestStorage<Needed extends OptionalService = never>(
  ...needed: readonly Needed[]
): Promise<TestStorage<Needed>> {
  needed.forEach(testServer);
  const [database, vhost, mongo] = await Promise.all([
    createTestDatabase(),
    hasTestServer('rabbitmq') ? createTestVhost() : undefined,
    hasTestServer('mongodb') ? createTestMongo() : undefined,
  ]);
  const storage: TestStorage = {
    databaseUrl: database.url,
    ...(vhost && { amqpUrl: vhost.url }),
    amqpPrefix: vhost?.prefix ?? testName(),
    ...(mongo && { mongodbUrl: mongo.url }),
    drop: async () => {
      await Promise.all([database.drop(), vhost?.drop(), mongo?.drop()]);
    },
  };
  return storage as TestStorage<Needed>;
}
