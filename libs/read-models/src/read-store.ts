import { settlingCommands } from '@tidemark/mongodb';
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
 * @throws ReadStoreUnavailableError when no server answers in time; what the server says when it refuses, as a password
 */
export async function connectReadStore(url: string, options: ReadStoreOptions): Promise<ReadStore> {
  const selectionTimeoutMs = options.serverSelectionTimeoutMs ?? 5_000;
  const client = new MongoClient(url, {
    ...settlingCommands,
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
  return { db: client.db(), close: () => client.close() };
}
