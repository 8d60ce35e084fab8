import type { Storage } from '../storage/storage';
import { createTestDatabase } from './create-test-database';
import { createTestMongo } from './create-test-mongo';
import { createTestVhost } from './create-test-vhost';
import { testReadStore } from './test-read-store';

export interface TestStorage extends Storage {
  /** Drops all of it. */
  drop(): Promise<void>;
}

/** Storage for an installation that no other test uses. */
export async function createTestStorage(): Promise<TestStorage> {
  const [database, vhost, mongo] = await Promise.all([
    createTestDatabase(),
    createTestVhost(),
    createTestMongo(),
  ]);
  return {
    databaseUrl: database.url,
    amqpUrl: vhost.url,
    amqpPrefix: vhost.prefix,
    mongodbUrl: mongo.url,
    readStore: testReadStore(),
    drop: async () => {
      await Promise.all([database.drop(), vhost.drop(), mongo.drop()]);
    },
  };
}
