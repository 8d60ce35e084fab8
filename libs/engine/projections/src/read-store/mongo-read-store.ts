import { constant, type LiveValue } from '@tidemark/kernel';
import { ChangingCredentials } from '@tidemark/mongodb';
import { type Db, MongoClient } from 'mongodb';
import { ReadStoreUnavailableError } from '../errors';
import { mongoProjectionStore } from '../mongodb/mongo-projection-store';
import { mongoQueries } from '../mongodb/mongo-queries';
import { isReadStoreUnavailable } from './is-read-store-unavailable';
import { DEFAULT_QUERY_TIME_LIMIT_MS, type ReadStore, type ReadStoreOptions } from './read-store';

/** A collection says by itself which generation it is. */
export type MongoReadStoreOptions = Omit<ReadStoreOptions, 'readModels'>;

/** Read models in MongoDB. */
export interface MongoReadStore extends ReadStore {
  readonly db: Db;
}

/**
 * Connects to the database that the URL's path names. Its settings apply to every use of the connection. A write is
 * answered once a majority of the replica set has it on disk. A read sees nothing that could still be rolled back. A
 * field without a value is absent instead of null.
 *
 * The URL's user and password may change. New ones are first tried with a separate client. After that, each connection
 * is replaced as soon as it is free.
 *
 * @throws ReadStoreUnavailableError when no server answers in time; the server's error when it refuses, for example a
 * wrong password
 */
export async function connectMongoReadStore(
  url: string | LiveValue<string>,
  options: MongoReadStoreOptions,
): Promise<MongoReadStore> {
  const liveUrl = typeof url === 'string' ? constant(url) : url;
  const credentials = new ChangingCredentials(() => liveUrl.current());
  const client = await openClient(liveUrl.current(), credentials, options);
  liveUrl.tryFirst((next) => tryOut(next, options));
  const stopListening = liveUrl.onChange(() => credentials.retireConnections());
  const db = client.db();
  return {
    db,
    projections: mongoProjectionStore(db),
    queries: mongoQueries(db, { timeLimitMs: options.queryTimeLimitMs ?? DEFAULT_QUERY_TIME_LIMIT_MS }),
    requireReady: async () => {
      await db.command({ ping: 1 });
    },
    close: async () => {
      stopListening();
      await client.close();
    },
  };
}

async function tryOut(url: string, options: MongoReadStoreOptions): Promise<void> {
  const client = await openClient(url, new ChangingCredentials(() => url), options);
  await client.close();
}

async function openClient(
  url: string,
  credentials: ChangingCredentials,
  options: MongoReadStoreOptions,
): Promise<MongoClient> {
  const selectionTimeoutMs = options.serverSelectionTimeoutMs ?? 5_000;
  const client = new MongoClient(url, {
    ...credentials.clientOptions,
    appName: options.applicationName,
    maxPoolSize: options.maxConnections ?? 20,
    serverSelectionTimeoutMS: selectionTimeoutMs,
    connectTimeoutMS: selectionTimeoutMs,
    heartbeatFrequencyMS: options.heartbeatMs ?? 5_000,
    socketTimeoutMS: options.answerTimeoutMs ?? 30_000,
    ignoreUndefined: true,
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
  });
  try {
    await client.connect();
  } catch (error) {
    await client.close();
    throw isReadStoreUnavailable(error) ? new ReadStoreUnavailableError(error) : error;
  }
  return client;
}
