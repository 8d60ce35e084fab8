export { describeGroupStore, type GroupStoreFixture } from './leases/group-store-contract';
export { describeParkedStore, type ParkedStoreFixture } from './parked/parked-store-contract';
