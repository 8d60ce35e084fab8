import { Fault } from '@tidemark/kernel';
import { concernsTheDatabase } from '@tidemark/postgres';
import { ProcessStoreUnavailableError } from './errors';

/** Does the work, and turns faults of the database (not of the data) into this library's own, retryable fault. */
export async function withStoreFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isOfTheDatabase(error) ? new ProcessStoreUnavailableError(error) : error;
  }
}

/** Whether the same work may succeed if it is repeated. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Fault && error.retryable;
}

function isOfTheDatabase(error: unknown): boolean {
  return !(error instanceof Fault) && concernsTheDatabase(error);
}
