import { connectMongoReadStore } from './mongo-read-store';
import { connectPostgresReadStore } from './postgres-read-store';
import type { ReadStore, ReadStoreAddress, ReadStoreOptions } from './read-store';

/**
 * Connects to the database of the read models. Throws what `connectMongoReadStore` and `connectPostgresReadStore`
 * throw.
 */
export function connectReadStore(
  { kind, url }: ReadStoreAddress,
  options: ReadStoreOptions,
): Promise<ReadStore> {
  return kind === 'mongodb' ? connectMongoReadStore(url, options) : connectPostgresReadStore(url, options);
}
