import type { ClientBase, Pool } from 'pg';

/** A pool for a single statement, or a client for a statement of a transaction. */
export type Queryable = Pool | ClientBase;
