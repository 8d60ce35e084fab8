export { describeGroupStore, type GroupStoreFixture } from './group-store-contract';
