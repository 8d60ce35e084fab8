import { DatabaseError } from 'pg';
import { StoreUnavailableError } from './errors';

/** The SQLSTATE of an error that the server sent. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** The constraint or unique index that a statement violated. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.constraint : undefined;
}

/**
 * SQLSTATE classes and codes (the manual's appendix A) after which a later retry may help:
 * - 08: connection exceptions;
 * - 53: shortage of resources;
 * - 57P: shutdown by an operator;
 * - 57014: a statement took too long;
 * - 25P03: a client was silent for too long in a transaction;
 * - 25006: the server accepts no writes, because it is no longer the primary.
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
  if (error instanceof StoreUnavailableError) {
    return true;
  }
  const state = sqlState(error);
  if (state) {
    return unavailable.test(state);
  }
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return code ? noConnection.has(code) : lostConnection.test(message ?? '');
}

/**
 * SQLSTATE classes (the manual's appendix A) that say something about the values that were written: cardinality, data,
 * constraints, WITH CHECK OPTION, program limits, what PL/pgSQL raises. All others are about the server, its state or
 * our rights on it, and would affect any other work as well.
 */
const aboutTheValues = /^(21|22|23|44|54|P0)/;

/** True for a fault that the values of the statement did not cause: a missing table or right counts as well. */
export function concernsTheDatabase(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined ? isUnavailable(error) : !aboutTheValues.test(state);
}

/**
 * The error to throw for an error of pg: a `StoreUnavailableError` if a later retry may help, else the error itself.
 */
export function asStoreFault(error: unknown): unknown {
  return isUnavailable(error) && !(error instanceof StoreUnavailableError)
    ? new StoreUnavailableError(error)
    : error;
}
