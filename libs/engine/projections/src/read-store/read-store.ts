import type { LiveValue } from '@tidemark/kernel';
import type { ProjectionStore } from '../generations/projection-store';
import type { ReadModelQueries } from '../queries/read-model-queries';
import type { ReadModel } from '../read-model/define-read-model';

/** The kinds of databases that can hold the read models. */
export const readStoreKinds = ['mongodb', 'postgres'] as const;

export type ReadStoreKind = (typeof readStoreKinds)[number];

export interface ReadStoreAddress {
  readonly kind: ReadStoreKind;
  /**
   * Names the database. Its user and password may change. The new ones are first tried with a separate connection.
   * After that, each connection is replaced as soon as it is free.
   */
  readonly url: string | LiveValue<string>;
}

export interface ReadStoreOptions {
  /** All read models whose generations are stored there. */
  readonly readModels: readonly ReadModel[];
  /** Shown in the server's log, in `currentOp` and in `pg_stat_activity`. */
  readonly applicationName: string;
  /** 20 by default. */
  readonly maxConnections?: number;
  /** The server ends a query that takes longer; 30,000 by default. Postgres ends any other statement as well. */
  readonly queryTimeLimitMs?: number;
  /**
   * How long a command waits for a suitable server, or for a free connection, before it fails. Also how long connecting
   * to a server may take. 5,000 by default.
   */
  readonly serverSelectionTimeoutMs?: number;
  /**
   * MongoDB only: how often the server is probed; 5,000 by default, and at least 500. If it does not answer within
   * `serverSelectionTimeoutMs`, all connections are closed, because its host may have disappeared without closing them.
   */
  readonly heartbeatMs?: number;
  /**
   * How long a server may take to answer a command before the connection is closed; 30,000 by default. MongoDB's driver
   * then retries a read once. Without this limit, the driver would wait for ever for a host that disappeared.
   */
  readonly answerTimeoutMs?: number;
}

export const DEFAULT_QUERY_TIME_LIMIT_MS = 30_000;

/** An open connection to the database that holds the read models. */
export interface ReadStore {
  /** Documents, checkpoints and generations: for projections, and for readers that wait for them. */
  readonly projections: ProjectionStore;
  readonly queries: ReadModelQueries;
  /** Returns when the database answers and has what this release needs; throws otherwise. */
  requireReady(): Promise<void>;
  close(): Promise<void>;
}
