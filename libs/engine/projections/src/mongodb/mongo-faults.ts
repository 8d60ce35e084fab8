import { isUnavailable, serverCode } from '@tidemark/mongodb';
import { DocumentStoreUnavailableError } from '../errors';

/**
 * The server's error codes for refusals that the event did not cause, so that a retry can succeed later: no permission
 * (13, 18), not replicated in time (64), a conflict (112), no room on disk (14031).
 */
const passing = new Set<unknown>([13, 18, 64, 112, 14031]);

/**
 * Does the work, and turns faults that pass by themselves, such as a lost connection, into this library's own,
 * retryable fault.
 */
export async function withMongoFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) || passing.has(serverCode(error))
      ? new DocumentStoreUnavailableError(error)
      : error;
  }
}
