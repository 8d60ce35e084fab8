import { DatabaseError } from 'pg';

/** The SQLSTATE of an error that the server sent. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** The constraint or unique index that a statement violated. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.constraint : undefined;
}

/**
 * Out of the manual's appendix A: connection exceptions (08), shortage of resources (53), operator's shutdown (57P),
 * a statement that took too long (57014), a client that was silent for too long in a transaction (25P03), and a
 * server that takes no writes because it is not the primary any more (25006).
 */
const unavailable = /^(08|53|57P|57014|25P03|25006)/;

/** The errors of Node and pg for a missing connection, or for no free connection in time. */
const noConnection = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** pg gives these errors no code, so only their text identifies them. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (has encountered a connection error|was closed) and is not queryable)/;

/** True for a fault of the connection or the server rather than of the statement: a later retry may help. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state) {
    return unavailable.test(state);
  }
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return code ? noConnection.has(code) : lostConnection.test(message ?? '');
}
