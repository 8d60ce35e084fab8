import { Fault } from '@tidemark/kernel';
import { isUnavailable } from '@tidemark/mongodb';

/** MongoDB cannot be reached, has no primary that takes the command, or was too slow. */
export class ReadStoreUnavailableError extends Fault {
  readonly code = 'store_unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the read store is unavailable', { cause });
  }
}

/** Whether the error says that MongoDB could not be reached or was too slow, and not that it refused the command. */
export function isReadStoreUnavailable(error: unknown): boolean {
  return error instanceof ReadStoreUnavailableError || isUnavailable(error);
}
