export { describeGroupStore, type GroupStoreFixture } from './group-store-contract';
export { describeParkedStore, type ParkedStoreFixture } from './parked-store-contract';
