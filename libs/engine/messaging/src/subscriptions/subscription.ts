import type {
  EventCodec,
  EventEnvelope,
  EventFilter,
  PartitionScan,
  PartitionScanOptions,
} from '@tidemark/kernel';
import type { BackoffOptions } from '../backoff';
import type { WakeSource } from '../events/wake-source';
import type { Logger } from '../logger';
import type { SubscriptionCheckpoints, SubscriptionStep } from './subscription-checkpoints';

/** What a subscription needs of the log: the event store implements it. */
export interface ScannableLog {
  scanPartition(
    partition: number,
    afterPosition: number,
    options: PartitionScanOptions,
  ): Promise<PartitionScan>;
  heads(): Promise<ReadonlyMap<number, number>>;
}

/**
 * Where a subscription begins in a partition that has no checkpoint yet: at the first event, after the events that the
 * log holds when the subscription is first opened, or after these positions. A partition that is not among them begins
 * at its first event.
 */
export type SubscriptionStart = 'beginning' | 'now' | { readonly after: ReadonlyMap<number, number> };

export interface SubscribeOptions extends BackoffOptions {
  readonly log: ScannableLog;
  /** All by default. */
  readonly partitions?: readonly number[];
  /**
   * Applied by the database, so that other events are not transferred. All events by default. A checkpoint does not
   * contain the filter, so a changed filter applies from the checkpoint on.
   */
  readonly filter?: EventFilter;
  /** Default `beginning`. */
  readonly from?: SubscriptionStart;
  /** Without it, every opening begins at `from`. */
  readonly checkpoints?: SubscriptionCheckpoints;
  /**
   * - `subscription` (default): when the next item is asked for, the one before is saved. Its events may come again
   *   after a crash: at least once.
   * - `subscriber`: the subscriber has saved each step before it asks for the next item, for example by `saveIn` in the
   *   transaction of the effects. Then the events take effect exactly once.
   *
   * Either way, the subscription itself saves its progress over events that do not pass the filter.
   */
  readonly savedBy?: 'subscription' | 'subscriber';
  /** Lifts events to their current schema versions. Without it, they are as they were written. */
  readonly codec?: EventCodec;
  /**
   * The maximum number of events in an item, and so in memory. Default 200. While events are large, items have fewer
   * events: about 1 MiB.
   */
  readonly batchSize?: number;
  /** Says which partitions have moved, so that only these are read, at once. */
  readonly wakeSource?: WakeSource;
  /** How often the heads of all partitions are looked at, in one query. Default 1 s. */
  readonly pollIntervalMs?: number;
  /** Ends the subscription: the loop over it ends after the item under way, which is still saved. */
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
}

/** Events of one partition, in order. The step leads from the stored checkpoint over all of them. */
export interface SubscribedEvents extends SubscriptionStep {
  readonly kind: 'events';
  /** At least one. */
  readonly events: readonly EventEnvelope[];
}

/**
 * The loop has received everything that the log held. This item comes the first time, and again each time that the
 * subscription has caught up after it was behind by more than one read.
 */
export interface CaughtUp {
  readonly kind: 'caughtUp';
}

export type SubscriptionItem = SubscribedEvents | CaughtUp;
