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

/** Events of one parked stream that take effect after all, or one event that is given up. */
export interface ParkedBatch {
  readonly lease: Lease;
  /** The group's checkpoint: the events lie at or before it, and later events of the partition have overtaken them. */
  readonly checkpoint: Checkpoint;
  /** The stream's next events, in order, lifted; none if an event is given up. */
  readonly events: readonly EventEnvelope[];
  /** The event that is given up, if it can be read. It may have taken effect partly. */
  readonly discarded?: EventEnvelope;
  readonly from: ParkedStream;
  /** The stream's record after these events have taken effect. */
  readonly to: ParkedStream;
  /** Whether an event at or before the checkpoint then still has no effect, because it waits or was given up. */
  readonly isLeftOut: (event: EventEnvelope) => boolean;
}

/** The code of a consumer group that gives its events their effect. */
export interface PartitionHandler {
  /**
   * Makes the effects of the batch and the checkpoint at `to` durable, and returns only then. The caller acknowledges
   * afterwards. The write of the checkpoint is a compare-and-set on `after` and on the lease's epoch. `signal` aborts
   * when the time is up or the partition moves to another replica. An error that the handler throws soon after that,
   * such as `HandlerProgressedError`, still decides about the batch. Later, the batch may be delivered again at any
   * moment.
   *
   * A fault with `retryable: true` belongs to the environment, and the partition waits until it passes. Any other fault
   * counts against the event.
   *
   * @throws LeaseLostError when the checkpoint is not `after` or the epoch is superseded: nothing more may be written.
   */
  handle(batch: PartitionBatch, signal: AbortSignal): Promise<void>;

  /**
   * Makes the effects of waiting events durable, exactly once, and moves their stream's record from `from` to `to`
   * (`ParkedStore.replace`). May be called again for the same events after a crash.
   *
   * @throws LeaseLostError when the record is not `from` or the epoch is superseded.
   */
  handleParked(batch: ParkedBatch, signal: AbortSignal): Promise<void>;
}
