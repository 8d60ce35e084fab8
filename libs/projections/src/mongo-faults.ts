import {
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { DocumentStoreUnavailableError } from './errors';

/**
 * Answers that mean "not now, not here": not allowed to (13, 18), too slow (50, 262), not replicated in time (64), shutting
 * down (91), a conflict (112), stepping down (189), no room on disk (14031), no primary (10107, 11600, 11602, 13435, 13436).
 */
const unavailableCodes = new Set<unknown>([
  13, 18, 50, 64, 91, 112, 189, 262, 10107, 11600, 11602, 13435, 13436, 14031,
]);

const unavailableErrors = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
];

/** What a socket says that was cut while a command was being written; the driver lets it through as it is. */
const lostSocket = new Set<unknown>(['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT']);

/** Does the work and turns a lost connection into this library's own, retryable fault. */
export async function withMongoFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) ? new DocumentStoreUnavailableError(error) : error;
  }
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 11000;
}

function isUnavailable(error: unknown): boolean {
  return (
    unavailableErrors.some((kind) => error instanceof kind) ||
    lostSocket.has((error as { code?: unknown }).code) ||
    (error instanceof MongoServerError && unavailableCodes.has(error.code))
  );
}
