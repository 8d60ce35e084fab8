import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';

/** A statement that is about to be sent. */
export interface TappedStatement {
  /** The statement's `name` in the code, or the beginning of its text. */
  readonly name: string;
  /** The statement as the work gave it to the client. */
  readonly statement: QueryConfig;
  readonly client: PoolClient;
}

/** Decides when a statement is sent. The caller gets the result of `through`. */
export interface StatementObserver {
  through(statement: TappedStatement, send: () => Promise<QueryResult>): Promise<QueryResult>;
}

type Callback = (error: unknown, result?: QueryResult) => void;
type Query = (statement: unknown, values?: unknown, callback?: Callback) => unknown;

const observers = new AsyncLocalStorage<StatementObserver | undefined>();
const tapped = new WeakSet<PoolClient>();

/**
 * Makes the statements of this pool observable. An observer sees the statements of work that runs inside `observed`.
 * All other statements pass unchanged, because a statement belongs to the work by its asynchronous context, not by its
 * connection.
 */
export function tapStatements(pool: Pool): void {
  pool.on('acquire', (client) => {
    if (!tapped.has(client)) {
      tapped.add(client);
      tap(client);
    }
  });
}

export function observed<Result>(observer: StatementObserver, work: () => Promise<Result>): Promise<Result> {
  return observers.run(observer, work);
}

/** Sends a statement past the observer, in whatever transaction the client has open. */
export function sendUnobserved(client: PoolClient, text: string): Promise<QueryResult> {
  return observers.run(undefined, () => client.query(text));
}

function tap(client: PoolClient): void {
  const query = client.query.bind(client) as Query;
  const through: Query = (statement, values, callback) => {
    const observer = observers.getStore();
    if (!observer || isSubmittable(statement)) {
      return query(statement, values, callback);
    }
    const givenValues = typeof values === 'function' ? undefined : values;
    const config = configOf(statement as string | QueryConfig, givenValues);
    const answer = observer.through({ name: nameOf(config), statement: config, client }, () =>
      Promise.resolve(query(statement, givenValues) as Promise<QueryResult>),
    );
    const told = typeof values === 'function' ? (values as Callback) : callback;
    if (!told) {
      return answer;
    }
    answer.then(
      (result) => told(undefined, result),
      (error: unknown) => told(error),
    );
    return undefined;
  };
  client.query = through as unknown as PoolClient['query'];
}

/** Whether the argument is a cursor or the like, which is not a single statement. */
function isSubmittable(statement: unknown): boolean {
  return typeof (statement as { readonly submit?: unknown }).submit === 'function';
}

function configOf(statement: string | QueryConfig, values: unknown): QueryConfig {
  return typeof statement === 'string'
    ? { text: statement, ...(Array.isArray(values) && { values }) }
    : statement;
}

function nameOf({ name, text }: QueryConfig): string {
  return name ?? text.trim().replace(/\s+/g, ' ').slice(0, 60);
}
