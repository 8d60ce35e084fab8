import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import type { Lease } from '../lease';
import type { ParkedStream } from '../parked/parked-stream';

/**
 * Events of one partition in order, lifted to their current schema versions. They lie after `after` and up to `to`.
 * Events of parked streams are left out, so there may be none.
 */
export interface PartitionBatch {
  readonly lease: Lease;
  readonly after: Checkpoint;
  readonly to: Checkpoint;
  readonly events: readonly EventEnvelope[];
}

/** Events of one parked stream that are to take effect after all, or one that is given up. */
export interface ParkedBatch {
  readonly lease: Lease;
  /** The group's checkpoint: the events lie at or before it, and later events of the partition have overtaken them. */
  readonly checkpoint: Checkpoint;
  /** The stream's next events, in order, lifted; none when one is given up. */
  readonly events: readonly EventEnvelope[];
  /** The event that is given up, if it can be read. It may have taken effect in part. */
  readonly discarded?: EventEnvelope;
  readonly from: ParkedStream;
  /** The stream's record once this has taken effect. */
  readonly to: ParkedStream;
  /** Whether an event at or before the checkpoint has no effect then, because it still waits or was given up. */
  readonly isLeftOut: (event: EventEnvelope) => boolean;
}

/** What a consumer group does with its events. */
export interface PartitionHandler {
  /**
   * Makes the effects of the batch and the checkpoint at `to` durable, and returns only then: the caller acknowledges
   * afterwards. The write of the checkpoint is a compare-and-set on `after` and on the lease's epoch. `signal` aborts
   * when the time is up or the partition moves to another replica. An error that is thrown soon after, such as
   * `HandlerProgressedError`, still decides about the batch. Later, the batch may be delivered again at any moment.
   *
   * A fault with `retryable: true` belongs to the environment and is waited out. Any other fault counts against the
   * event.
   *
   * @throws LeaseLostError when the checkpoint is not `after` or the epoch is superseded: nothing more may be written.
   */
  handle(batch: PartitionBatch, signal: AbortSignal): Promise<void>;

  /**
   * Makes the effects of events that waited durable, once in effect, and moves their stream's record from `from` to
   * `to` (`ParkedStore.replace`). May be asked again for the same events after a crash.
   *
   * @throws LeaseLostError when the record is not `from` or the epoch is superseded.
   */
  handleParked(batch: ParkedBatch, signal: AbortSignal): Promise<void>;
}
