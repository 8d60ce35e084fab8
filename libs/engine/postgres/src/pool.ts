import { constant, type LiveValue } from '@tidemark/kernel';
import {
  Client,
  Pool,
  types,
  type ClientConfig,
  type PoolClient,
  type QueryConfig,
  type QueryResult,
} from 'pg';
import { openClient } from './open-client';
import { asStoreFault, isUnavailable, sqlState } from './sql-state';

export interface PoolOptions {
  /**
   * `postgres://…`; a group role can be assumed by `?options=-c%20role%3D<role>`. After a change, a connection that was
   * opened with the previous URL is replaced as soon as it is free.
   */
  readonly url: string | LiveValue<string>;
  /** The name that `pg_stat_activity` shows. */
  readonly applicationName: string;
  /** 10 by default. */
  readonly maxConnections?: number;
  /** How long a caller waits for a free connection before it gets an error; 5,000 by default. */
  readonly acquireTimeoutMs?: number;
  /** The database ends a statement that takes longer; 30,000 by default. */
  readonly statementTimeoutMs?: number;
  /**
   * The database ends a transaction whose client is silent for longer, so that the locks of a hanging process do not
   * block its successor; 10,000 by default.
   */
  readonly idleInTransactionMs?: number;
  /**
   * When a connection that does not answer is closed and replaced, because the server's host may have disappeared. Five
   * seconds more than `statementTimeoutMs` by default.
   */
  readonly answerTimeoutMs?: number;
  /** Called when an idle connection breaks. The pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void;
}

/**
 * A pool for `async` use, which differs from pg's own pool in four ways:
 *
 * - `bigint` columns arrive as numbers. Every bigint of Tidemark counts events, so it stays far below 2^53; a value
 *   beyond is an error and never a rounded number.
 * - `query` keeps the connection when the server refuses the statement, for instance because of a violated constraint.
 * - `query` and `connect` throw a `StoreUnavailableError` when the database can't be reached or refuses work for now.
 *   A client that `connect` returns throws pg's own errors; `asStoreFault` translates them.
 * - The URL may change. A new URL is first tried with a separate connection.
 */
export function createPool(options: PoolOptions): Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const url = typeof options.url === 'string' ? constant(options.url) : options.url;
  const acquireTimeoutMs = options.acquireTimeoutMs ?? 5_000;
  url.tryFirst(async (next) => {
    const client = await openClient(next, options.applicationName, acquireTimeoutMs);
    await client.end();
  });
  const pool = new Pool({
    Client: clientOf(url),
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: acquireTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 10_000,
    query_timeout: options.answerTimeoutMs ?? statementTimeoutMs + 5_000,
    keepAlive: true,
    types: { getTypeParser: typeParser },
  });
  const connect = pool.connect.bind(pool);
  // Without a listener, a connection that the server ends would end this process. The pool only listens to idle
  // connections. A connection in use may end between two statements, or before its caller has received it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', options.onIdleError ?? (() => undefined));
  pool.connect = (() => connectWithCurrent(connect, url)) as Pool['connect'];
  pool.query = ((statement, values) =>
    queryKeepingConnection(pool, statement, values)) as Query as Pool['query'];
  return pool;
}

/** The URL that opened each connection. */
const openedWith = new WeakMap<Client, string>();

/** The pool gives each new connection its own options, which can't include a changing URL. */
function clientOf(url: LiveValue<string>) {
  return class extends Client {
    constructor(config: ClientConfig) {
      const connectionString = url.current();
      super({ ...config, connectionString });
      openedWith.set(this, connectionString);
    }
  } as unknown as typeof Client;
}

async function connectWithCurrent(
  connect: () => Promise<PoolClient>,
  url: LiveValue<string>,
): Promise<PoolClient> {
  for (;;) {
    const client = await connect().catch((error: unknown) => {
      throw asStoreFault(error);
    });
    if (openedWith.get(client as unknown as Client) === url.current()) {
      return client;
    }
    client.release(true);
  }
}

type Query = (statement: string | QueryConfig, values?: unknown[]) => Promise<QueryResult>;

/**
 * pg's `Pool.query` destroys the connection of every statement that failed. A unique violation then took 24 ms instead
 * of 4 (measured), and repeated commands caused a storm of connects. After a refusal by the server, the connection is
 * as good as before. After any other fault its state is unknown, so the pool replaces it.
 */
async function queryKeepingConnection(pool: Pool, ...statement: Parameters<Query>): Promise<QueryResult> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await client.query(...statement);
  } catch (error) {
    broken = isRefusal(error) ? undefined : (error as Error);
    throw asStoreFault(error);
  } finally {
    client.release(broken);
  }
}

function isRefusal(error: unknown): boolean {
  return sqlState(error) !== undefined && !isUnavailable(error);
}

function typeParser(oid: number, format?: 'text' | 'binary'): unknown {
  return oid === types.builtins.INT8 ? safeInteger : types.getTypeParser(oid, format as 'text');
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`bigint ${text} is not a safe integer`);
  }
  return value;
}
