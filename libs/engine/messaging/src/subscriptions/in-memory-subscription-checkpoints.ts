import type { Checkpoint } from '../checkpoint';
import { SubscriptionMovedError } from '../errors';
import type { SubscriptionCheckpoints, SubscriptionStep } from './subscription-checkpoints';

/** The checkpoints of one subscription without a database, for tests. It passes `describeSubscriptionCheckpoints`. */
export class InMemorySubscriptionCheckpoints implements SubscriptionCheckpoints {
  private readonly stored = new Map<number, Checkpoint>();

  load(): Promise<ReadonlyMap<number, Checkpoint>> {
    return Promise.resolve(new Map(this.stored));
  }

  save({ partition, from, to }: SubscriptionStep): Promise<void> {
    const { position, eventId } = this.stored.get(partition) ?? { position: 0 };
    const isAt = (at: Checkpoint) => at.position === position && at.eventId === eventId;
    if (!isAt(from) && !isAt(to)) {
      return Promise.reject(new SubscriptionMovedError('in memory', partition, from.position));
    }
    this.stored.set(partition, to);
    return Promise.resolve();
  }
}
