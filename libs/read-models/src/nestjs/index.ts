export { READ_STORE, ReadStoreModule, type ReadStoreModuleOptions } from './read-store.module';
