import { mongodbUrlFor } from '../connections/mongodb';
import { dropMongoDatabase } from '../storage/drop-storage';
import { testName } from './test-name';
import { testRun } from './test-run';

export interface TestMongo {
  /** The URL, with the database in its path. */
  readonly url: string;
  readonly databaseName: string;
  /** Drops the database. A second call does nothing. */
  drop(): Promise<void>;
}

/** A MongoDB database that no other test uses. The first document creates it. */
export function createTestMongo(): Promise<TestMongo> {
  const databaseName = testName();
  const url = mongodbUrlFor(testRun().urls.mongodb, databaseName);
  return Promise.resolve({ url, databaseName, drop: () => dropMongoDatabase(url, databaseName) });
}
