/** The time limit of one query on the server, in milliseconds. */
export const QUERY_TIMEOUT_MS = Symbol('query timeout');
