/** The connection to the read models: a `ReadStore`. */
export const READ_STORE = Symbol('read store');

/** How long the server may work on one query, in milliseconds. */
export const QUERY_TIMEOUT_MS = Symbol('query timeout');
