import type { Checkpoint } from '../checkpoint';

/** One step of a subscription in one partition. */
export interface SubscriptionStep {
  readonly partition: number;
  /** The stored checkpoint before the step; position 0 if none is stored. */
  readonly from: Checkpoint;
  readonly to: Checkpoint;
}

/**
 * Remembers how far a subscription has come. One object is for one subscription by name. Adapters pass
 * `describeSubscriptionCheckpoints`.
 */
export interface SubscriptionCheckpoints {
  /** By partition; a partition that was never saved is absent. */
  load(): Promise<ReadonlyMap<number, Checkpoint>>;
  /**
   * Moves the checkpoint, durably, as one compare-and-set. A step that was taken already changes nothing, because the
   * answer to the first try may have been lost.
   *
   * @throws SubscriptionMovedError when the store holds neither `from` nor `to`
   */
  save(step: SubscriptionStep): Promise<void>;
}
