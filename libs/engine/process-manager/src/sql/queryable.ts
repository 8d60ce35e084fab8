import type { ClientBase, Pool } from 'pg';

/** A pool for a statement of its own, a client for one of a transaction. */
export type Queryable = Pool | ClientBase;
