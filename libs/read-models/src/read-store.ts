import { constant, type LiveValue } from '@tidemark/kernel';
import { ChangingCredentials } from '@tidemark/mongodb';
import { type Db, MongoClient } from 'mongodb';
import { isReadStoreUnavailable, ReadStoreUnavailableError } from './errors';

export interface ReadStoreOptions {
  /** Shown in the server's log and in `currentOp`. */
  readonly applicationName: string;
  /** 20 by default. */
  readonly maxConnections?: number;
  /**
   * How long a command waits for a server that can take it before it fails, and how long a server may take to let a
   * connection in; 5,000 by default.
   */
  readonly serverSelectionTimeoutMs?: number;
  /**
   * How often the server is asked whether it is there; 5,000 by default, and 500 at least. When it does not answer
   * within `serverSelectionTimeoutMs`, all connections are given up: its host may be gone without a word.
   */
  readonly heartbeatMs?: number;
  /**
   * How long a server that took a command may be silent before the connection is given up; 30,000 by default. A read is
   * then tried once more. Its host may be gone without a word, and the driver by itself waits for ever.
   */
  readonly answerTimeoutMs?: number;
}

/** An open connection to the database that holds the read models. */
export interface ReadStore {
  readonly db: Db;
  close(): Promise<void>;
}

/**
 * Connects to the database that the URL's path names. What is decided here holds for everything that is done through
 * it: a write is answered when a majority of the replica set has it on disk, a read sees nothing that could still be
 * rolled back, and a field without a value is absent instead of null.
 *
 * The URL's user and password may change. New ones are tried with a client of their own before they count; then each
 * connection is replaced as soon as it is free.
 *
 * @throws ReadStoreUnavailableError when no server answers in time; what the server says when it refuses, as a password
 */
export async function connectReadStore(
  url: string | LiveValue<string>,
  options: ReadStoreOptions,
): Promise<ReadStore> {
  const liveUrl = typeof url === 'string' ? constant(url) : url;
  const credentials = new ChangingCredentials(() => liveUrl.current());
  const client = await openClient(liveUrl.current(), credentials, options);
  liveUrl.tryFirst((next) => tryOut(next, options));
  const stopListening = liveUrl.onChange(() => credentials.retireConnections());
  return {
    db: client.db(),
    close: async () => {
      stopListening();
      await client.close();
    },
  };
}

async function tryOut(url: string, options: ReadStoreOptions): Promise<void> {
  const client = await openClient(url, new ChangingCredentials(() => url), options);
  await client.close();
}

async function openClient(
  url: string,
  credentials: ChangingCredentials,
  options: ReadStoreOptions,
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
