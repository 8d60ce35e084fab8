import { Fault } from '@tidemark/kernel';
import { concernsTheDatabase, StoreUnavailableError } from '@tidemark/postgres';

/** Does the work, and turns faults of the database (not of the data) into a retryable fault. */
export async function withStoreFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isOfTheDatabase(error) ? new StoreUnavailableError(error) : error;
  }
}

/** Whether the same work may succeed if it is repeated. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Fault && error.retryable;
}

/** The pool and `inTransaction` have already turned a lost connection into such a fault. */
function isOfTheDatabase(error: unknown): boolean {
  return !(error instanceof Fault) && concernsTheDatabase(error);
}
