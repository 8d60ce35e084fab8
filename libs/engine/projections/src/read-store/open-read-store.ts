import { DocumentStoreUnavailableError } from '../errors';
import { connectReadStore } from './connect-read-store';
import { isReadStoreUnavailable } from './is-read-store-unavailable';
import type { ReadStore, ReadStoreAddress, ReadStoreOptions } from './read-store';
import { requireOwnReadStore } from './require-own-read-store';

export interface OwnReadStoreOptions extends ReadStoreOptions {
  /** The identity of this installation's log. */
  readonly log: string;
  /** Whether to record the log in a read store that has none recorded, which needs the right to write. */
  readonly record: boolean;
}

/**
 * Connects to the read store of this installation.
 *
 * @throws ForeignReadStoreError, and what `connectReadStore` throws; `isReadStoreNotReady` recognises the errors that
 * may pass
 */
export async function openReadStore(
  address: ReadStoreAddress,
  options: OwnReadStoreOptions,
): Promise<ReadStore> {
  const store = await connectReadStore(address, options);
  try {
    await requireOwnReadStore(store, options.log, options);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Whether `openReadStore` may succeed later, because the database is unavailable or its migrations have not run. */
export function isReadStoreNotReady(error: unknown): boolean {
  return error instanceof DocumentStoreUnavailableError || isReadStoreUnavailable(error);
}
