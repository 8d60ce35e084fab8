import type { PartitionFence } from '../partition-fence';
import type { MongoFeedStore } from './mongo-feed-store';

/** A fence for tests in which the set of generations does not matter. */
export function fenceOf(feeds: MongoFeedStore): PartitionFence {
  return {
    confirm: async (lease, at) => feeds.fenceFor(await feeds.held(lease)).confirm(lease, at),
    advance: async (lease, from, to) => feeds.fenceFor(await feeds.held(lease)).advance(lease, from, to),
  };
}
