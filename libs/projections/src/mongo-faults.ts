import {
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { DocumentStoreUnavailableError } from './errors';

/** Answers that mean "not now, not here": no primary, stepping down, shutting down, not replicated in time. */
const unavailableCodes = new Set<unknown>([64, 91, 189, 10107, 11600, 11602, 13435, 13436]);

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
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNotConnectedError ||
    (error instanceof MongoServerError && unavailableCodes.has(error.code))
  );
}
