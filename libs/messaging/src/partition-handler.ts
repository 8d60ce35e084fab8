import type { EventEnvelope } from '@tidemark/kernel';

/** The right to work on a partition. A later owner has a higher epoch, so that an earlier one can be told apart. */
export interface Lease {
  readonly partition: number;
  readonly owner: string;
  readonly epoch: number;
}

/** How far a group has come in a partition: everything up to and including `position` has taken effect. */
export interface Checkpoint {
  readonly position: number;
  /** The event at `position`; absent at position 0. */
  readonly eventId?: string;
}

/** Consecutive events of one partition, lifted to their current schema versions; the first is `after.position + 1`. */
export interface PartitionBatch {
  readonly lease: Lease;
  readonly after: Checkpoint;
  readonly events: readonly [EventEnvelope, ...EventEnvelope[]];
}

/** What a consumer group does with its events. */
export interface PartitionHandler {
  /**
   * Makes the effects of the batch and the checkpoint at its last event durable, and returns only then: the caller
   * acknowledges afterwards. The write of the checkpoint is a compare-and-set on `after` and on the lease's epoch.
   *
   * @throws LeaseLostError when the checkpoint is not `after` or the epoch is superseded: nothing more may be written.
   */
  handle(batch: PartitionBatch): Promise<void>;
}
