import { isUnavailable, serverCode } from '@tidemark/mongodb';
import { DocumentStoreUnavailableError } from './errors';

/**
 * Refusals that are no fault of the event under way, so that what is written waits for them to pass: not allowed to
 * (13, 18), not replicated in time (64), a conflict (112), no room on disk (14031).
 */
const passing = new Set<unknown>([13, 18, 64, 112, 14031]);

/** Does the work and turns what will pass by itself, as a lost connection, into this library's own, retryable fault. */
export async function withMongoFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) || passing.has(serverCode(error))
      ? new DocumentStoreUnavailableError(error)
      : error;
  }
}
