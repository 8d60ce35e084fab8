import { Fault } from '@tidemark/kernel';
import { concernsTheDatabase, StoreUnavailableError } from '@tidemark/postgres';
import { DocumentStoreUnavailableError } from '../errors';

/** Does the work, and turns faults of the database (not of the data) into this library's own, retryable fault. */
export async function withPostgresFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isOfTheDatabase(error) ? new DocumentStoreUnavailableError(error) : error;
  }
}

/** The pool has already turned a lost connection into a fault of its own. */
function isOfTheDatabase(error: unknown): boolean {
  return error instanceof Fault ? error instanceof StoreUnavailableError : concernsTheDatabase(error);
}

/** The store, all of whose methods are asynchronous, with `withPostgresFaults` around each. */
export function translatingFaults<Store extends object>(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function'
        ? (...given: unknown[]) => withPostgresFaults(() => member.apply(target, given) as Promise<unknown>)
        : member;
    },
  });
}
