import { Fault } from '@tidemark/kernel';
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

/** MongoDB cannot be reached, or has no primary that takes the command. */
export class ReadStoreUnavailableError extends Fault {
  readonly code = 'store_unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the read store is unavailable', { cause });
  }
}

const unavailableErrors = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
];

/** The driver does not export these: a pool that is closed under a reader, and no connection to be had in time. */
const unavailableNames = new Set(['MongoPoolClosedError', 'MongoWaitQueueTimeoutError']);

/** What a socket says that was cut while a command was being written; the driver lets it through as it is. */
const lostSocket = new Set<unknown>(['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT']);

/** Server answers that mean "not now, not here": no primary, stepping down, shutting down. */
const unavailableCodes = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** Whether the error says that MongoDB could not be reached, rather than that it refused. */
export function isReadStoreUnavailable(error: unknown): boolean {
  return (
    error instanceof ReadStoreUnavailableError ||
    unavailableErrors.some((kind) => error instanceof kind) ||
    (error instanceof Error && unavailableNames.has(error.name)) ||
    lostSocket.has((error as { code?: unknown } | undefined)?.code) ||
    (error instanceof MongoServerError && typeof error.code === 'number' && unavailableCodes.has(error.code))
  );
}
