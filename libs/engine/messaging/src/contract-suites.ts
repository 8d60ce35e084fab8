export { describeGroupStore, type GroupStoreFixture } from './leases/group-store-contract';
export { describeParkedStore } from './parked/parked-store-contract';
export type { ParkedStoreFixture } from './parked/parked-store-events';
export {
  describeSubscriptionCheckpoints,
  type SubscriptionCheckpointsFixture,
} from './subscriptions/subscription-checkpoints-contract';
