import { mongodbUrlFor } from '../connections/mongodb';
import { dropMongoDatabase } from '../storage/drop-storage';
import { testName } from './test-name';
import { testServer } from './test-run';

export interface TestMongo {
  /** The URL, with the database in its path. */
  readonly url: string;
  readonly databaseName: string;
  /** Drops the database. A second call does nothing. */
  drop(): Promise<void>;
}

/**
 * A MongoDB database that no other test uses. The first document creates it.
 *
 * @throws MissingServerError if this run has no MongoDB
 */
export async function createTestMongo(): Promise<TestMongo> {
  const databaseName = testName();
  const url = mongodbUrlFor(testServer('mongodb'), databaseName);
  return Promise.resolve({ url, databaseName, drop: () => dropMongoDatabase(url, databaseName) });
}
