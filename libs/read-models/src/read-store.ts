import {
  connectPostgresReadStore as connectPostgres,
  connectReadStore as connect,
  openReadStore as open,
  type MongoReadStoreOptions,
  type OwnReadStoreOptions as OwnOptions,
  type ReadStore,
  type ReadStoreAddress,
} from '@tidemark/projections';
import { readModels as ours } from './read-models';

const readModels = Object.values(ours);

/** The read models are those of this library. */
export type ReadStoreOptions = MongoReadStoreOptions;
export type OwnReadStoreOptions = Omit<OwnOptions, 'readModels'>;

/** `connectReadStore` of `@tidemark/projections`, with the read models of this library. */
export function connectReadStore(address: ReadStoreAddress, options: ReadStoreOptions): Promise<ReadStore> {
  return connect(address, { ...options, readModels });
}

/** `connectPostgresReadStore` of `@tidemark/projections`, with the read models of this library. */
export function connectPostgresReadStore(
  url: ReadStoreAddress['url'],
  options: ReadStoreOptions,
): Promise<ReadStore> {
  return connectPostgres(url, { ...options, readModels });
}

/** `openReadStore` of `@tidemark/projections`, with the read models of this library. */
export function openReadStore(address: ReadStoreAddress, options: OwnReadStoreOptions): Promise<ReadStore> {
  return open(address, { ...options, readModels });
}
