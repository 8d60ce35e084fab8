import type { EventEnvelope } from '@tidemark/kernel';
import type { BackoffOptions } from '../backoff';
import type { Checkpoint } from '../checkpoint';
import type { Logger } from '../logger';
import type { MessageRefusal } from '../signing/verify-message';
import type { LogReader } from './log-reader';

/** Called as things happen, for metrics. Must not throw. */
export interface DeliveryHooks {
  /** `count` events took effect after they were read from the log, because the broker had not delivered them. */
  onHealed?(partition: number, count: number): void;
  /** A message had no effect, since it is not signed as an event must be. */
  onRefused?(reason: MessageRefusal): void;
}

/** The group that a delivery brings events to. */
export interface DeliveredGroup extends BackoffOptions {
  readonly group: string;
  /** The number of partitions of the log. */
  readonly partitions: number;
  readonly log: LogReader;
  readonly logger: Logger;
  readonly hooks?: DeliveryHooks | undefined;
}

/**
 * Where the consumers of a group learn of new events: `BrokerDelivery` or `LogDelivery`. These two only make delivery
 * fast. The log, the leases and the checkpoints make it complete, whichever delivery a replica has. Adapters pass
 * `describeDelivery`.
 */
export interface Delivery {
  /** The name under which it is recorded for the group; see `GroupStore.join`. */
  readonly kind: DeliveryKind;
  /** Delivers to one replica of a group. */
  to(group: DeliveredGroup): GroupDelivery;
}

export const deliveryKinds = ['rabbitmq', 'log'] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

/** The part of a delivery that the partitions of one replica share. */
export interface GroupDelivery {
  /** Why nothing is delivered at the moment; absent if there is no problem. */
  readonly errorCode: string | undefined;
  errorCodeOf(partition: number): string | undefined;
  /** Begins, in the background: nothing needs to be there yet. */
  start(): void;
  stop(): Promise<void>;
  /** `onNews` is called when `next` may have something, and at other times too. It must not throw. */
  open(partition: number, onNews: () => void): PartitionSource;
}

/** The new events of one partition, for the consumer that holds its lease. Nothing else calls it meanwhile. */
export interface PartitionSource {
  /** Why nothing comes from here at the moment; absent if there is no problem. */
  readonly errorCode: string | undefined;
  /** Whether `next` has nothing to return at the moment. */
  readonly isIdle: boolean;
  /**
   * The stored events that follow `after`, without holes, at most `limit`. None as long as there is no news: then
   * `onNews` is called later. At first, everything after `after` is news. Events that were handed out and not applied
   * are handed out again, since the next call names the same checkpoint.
   *
   * @throws LogDivergedError when the log does not hold the event of `after`; after any other error, try again later
   */
  next(after: Checkpoint, limit: number): Promise<readonly EventEnvelope[]>;
  /** The log holds more than was handed out, although it was not announced. */
  noticeMore(): void;
  /** Everything up to `position` has taken effect or is parked. */
  acknowledge(position: number): void;
  /** Events that were handed out and not acknowledged go to the next owner, in order. Never rejects. */
  close(): Promise<void>;
}
