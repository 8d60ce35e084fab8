import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';

const noConnection = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
];

/**
 * The names of two errors that the driver does not export: a pool was closed during a read, and no connection was free
 * in time.
 */
const noConnectionNames = new Set(['MongoPoolClosedError', 'MongoWaitQueueTimeoutError']);

/** Errors of a socket that was cut during the writing of a command. The driver passes them on unchanged. */
const cutSocket = new Set<unknown>(['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT']);

/**
 * The server's error codes that mean "not now" or "not here": time limit exceeded (50, 262), shutting down (91, 11600),
 * stepping down (189, 11602), no primary (10107, 13435, 13436).
 */
const notNow = new Set<unknown>([50, 91, 189, 262, 10107, 11600, 11602, 13435, 13436]);

/** The code of an error that the server sent. */
export function serverCode(error: unknown): number | undefined {
  return error instanceof MongoServerError && typeof error.code === 'number' ? error.code : undefined;
}

/** A unique index, including that of `_id`, already contains the key. */
export function isDuplicateKey(error: unknown): boolean {
  return serverCode(error) === 11000;
}

/** MongoDB cannot be reached, has no primary that accepts the command, or was too slow. A later retry may help. */
export function isUnavailable(error: unknown): boolean {
  return (
    isLostBulkWrite(error) ||
    noConnection.some((kind) => error instanceof kind) ||
    (error instanceof Error && noConnectionNames.has(error.name)) ||
    cutSocket.has((error as { code?: unknown } | undefined)?.code) ||
    notNow.has(serverCode(error))
  );
}

/**
 * If a bulk write loses its connection, the driver wraps the error in the class that it uses when the server refuses a
 * write.
 */
function isLostBulkWrite(error: unknown): boolean {
  return (
    error instanceof MongoBulkWriteError &&
    error.errorResponse instanceof Error &&
    isUnavailable(error.errorResponse)
  );
}
