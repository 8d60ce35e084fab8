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
   * How long a command waits for a suitable server before it fails, and how long connecting to a server may take. 5,000
   * by default.
   */
  readonly serverSelectionTimeoutMs?: number;
  /**
   * How often the server is probed; 5,000 by default, and at least 500. If it does not answer within
   * `serverSelectionTimeoutMs`, all connections are closed, because its host may have disappeared without closing them.
   */
  readonly heartbeatMs?: number;
  /**
   * How long a server may take to answer a command before the connection is closed; 30,000 by default. A read is then
   * retried once. Without this limit, the driver would wait for ever for a host that disappeared.
   */
  readonly answerTimeoutMs?: number;
}

/** An open connection to the database that holds the read models. */
export interface ReadStore {
  readonly db: Db;
  close(): Promise<void>;
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
