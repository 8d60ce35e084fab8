/** The connection to the read models: a `ReadStore`. */
export const READ_STORE = Symbol('read store');

/** The time limit of one query on the server, in milliseconds. */
export const QUERY_TIMEOUT_MS = Symbol('query timeout');
