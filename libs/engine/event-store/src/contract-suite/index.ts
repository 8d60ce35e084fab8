export { contractEvents } from './counter';
export type { EventStoreBed } from './event-store-bed';
export { describeEventStore } from './event-store-contract';
