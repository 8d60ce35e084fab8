import { Fault } from '@tidemark/kernel';
import {
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';

/** MongoDB cannot be reached, or has no primary that takes the command. */
export class ReadStoreUnavailableError extends Fault {
  readonly code = 'store_unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the read store is unavailable', { cause });
  }
}

/** Server answers that mean "not now, not here": no primary, stepping down, shutting down. */
const unavailableCodes = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** Whether the error says that MongoDB could not be reached, rather than that it refused. */
export function isReadStoreUnavailable(error: unknown): boolean {
  return (
    error instanceof ReadStoreUnavailableError ||
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNotConnectedError ||
    (error instanceof MongoServerError && typeof error.code === 'number' && unavailableCodes.has(error.code))
  );
}
