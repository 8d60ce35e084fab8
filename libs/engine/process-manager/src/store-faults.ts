import { Fault } from '@tidemark/kernel';
import { isUnavailable, sqlState } from '@tidemark/postgres';
import { ProcessStoreUnavailableError } from './errors';

/**
 * SQLSTATE classes (the manual's appendix A) that say something about the values that were written: cardinality, data,
 * constraints, WITH CHECK OPTION, program limits, what PL/pgSQL raises. All other classes are about the server, its
 * state or our permissions, and would affect any other event as well.
 */
const aboutTheValues = /^(21|22|23|44|54|P0)/;

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
  if (error instanceof Fault) {
    return false;
  }
  const state = sqlState(error);
  return state === undefined ? isUnavailable(error) : !aboutTheValues.test(state);
}
