import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import { backoffMs, doneWithin, pause, type BackoffOptions } from '../backoff';
import type { BrokerConnection } from '../broker/broker-connection';
import type { DeclaredTopology } from '../broker/declared-topology';
import type { Checkpoint } from '../checkpoint';
import { faultCode, HandlerProgressedError, LeaseLostError, MissingEventsError } from '../errors';
import type { Lease } from '../lease';
import type { GroupStore } from '../leases/group-store';
import type { PartitionWorker } from '../leases/owned-partitions';
import type { Logger } from '../logger';
import type { OwnMarks } from '../parked/own-marks';
import type { ParkedStore } from '../parked/parked-store';
import type { MessageKeys } from '../signing/message-keys';
import type { RefusedMessages } from '../signing/refused-messages';
import type { MessageRefusal } from '../signing/verify-message';
import { Wakeup } from '../wakeup';
import { readAfter, verifyCheckpoint } from './anchored-read';
import type { LogReader } from './log-reader';
import { PartitionApplier, type ParkingOptions } from './partition-applier';
import type { PartitionHandler } from './partition-handler';
import { PartitionInbox } from './partition-inbox';

/** Hooks for metrics, called when the events happen. They must not throw. */
export interface ConsumerHooks {
  /** The handler made `count` events durable in `durationMs`. */
  onApplied?(partition: number, count: number, durationMs: number): void;
  /** `count` of these events came from the log and not from the queue. */
  onHealed?(partition: number, count: number): void;
  onFailed?(partition: number, error: unknown): void;
  /** A message had no effect, because it is not signed as an event must be. */
  onRefused?(reason: MessageRefusal): void;
}

/** The options that the consumers of all partitions share. */
export interface ConsumerOptions extends BackoffOptions, ParkingOptions {
  /** Names the queues: `<prefix>.events.<group>.<partition>`. */
  readonly group: string;
  readonly prefix?: string;
  readonly store: GroupStore;
  /** The store of parked streams, in the same database as `store`. */
  readonly parked: ParkedStore;
  readonly log: LogReader;
  readonly codec: EventCodec;
  readonly broker: BrokerConnection;
  /** Messages count as events only when a key of the owner `relay` signed them. */
  readonly keys: MessageKeys;
  readonly handler: PartitionHandler;
  /** Unacknowledged messages per partition. Default 256. */
  readonly prefetch?: number;
  /** The most events that the handler gets at once; a smaller batch does not wait for more events. Default 200. */
  readonly maxBatch?: number;
  /** Default 10 s. */
  readonly leaseMs?: number;
  readonly hooks?: ConsumerHooks;
}

export interface PartitionConsumerOptions extends ConsumerOptions {
  readonly lease: Lease;
  readonly topology: DeclaredTopology<number>;
  /** The marks of this process, shared by all its partitions. */
  readonly marks: OwnMarks;
  /** Counts the refused messages of all partitions together. */
  readonly refused: RefusedMessages;
  readonly logger: Logger;
  /** Another replica works on the partition, or the group's store was lost. */
  readonly onLeaseLost: () => void;
}

const DEFAULT_MAX_BATCH = 200;
/** The longest sleep. Nothing depends on it, because deliveries and the idle check wake the consumer. */
const LONG_SLEEP_MS = 60_000;

/**
 * The consumer of one partition under one lease. It catches up with the log first, and then applies what the queue
 * delivers. Where the queue leaves a hole, it reads the log again. Without a broker, the idle check keeps it going.
 */
export class PartitionConsumer implements PartitionWorker {
  readonly lease: Lease;
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();
  private readonly inbox: PartitionInbox;
  private readonly applier: PartitionApplier;
  /** Whether the log may hold unapplied events that the queue does not deliver. */
  private behind = true;
  private waiting = false;
  private hasNotice = false;
  private lastActiveAt = performance.now();
  private running: Promise<void> | undefined;
  private failure: unknown;

  constructor(private readonly options: PartitionConsumerOptions) {
    this.lease = options.lease;
    const { partition } = this.lease;
    this.applier = new PartitionApplier({ ...options, maxBatch: options.maxBatch ?? DEFAULT_MAX_BATCH });
    this.inbox = new PartitionInbox({ ...options, partition, onDelivery: () => this.hear() });
  }

  /** Why nothing moves, or nothing comes from the queue, at the moment; absent if there is no problem. */
  get errorCode(): string | undefined {
    return this.failure === undefined ? this.inbox.errorCode : faultCode(this.failure);
  }

  start(): void {
    this.running = this.run();
  }

  /** The checkpoint of an idle consumer; `undefined` while it is busy or has received something in the last `forMs`. */
  idleAt(forMs: number): Checkpoint | undefined {
    const idle = this.waiting && this.inbox.isEmpty && performance.now() - this.lastActiveAt >= forMs;
    return idle ? this.applier.position : undefined;
  }

  /** Tells the consumer that an operator made a request about a parked stream of this partition. */
  noticeRequest(): void {
    this.hasNotice = true;
    this.wakeup.ring();
  }

  /** Compares the result of `idleAt` with the present checkpoint in the store and the present head of the log. */
  compare(seen: Checkpoint, stored: Checkpoint | undefined, head: number): void {
    if (!this.waiting || this.applier.position !== seen) {
      return;
    }
    if (stored?.position !== seen.position || stored.eventId !== seen.eventId) {
      this.reportLost(new LeaseLostError(this.lease, 'another owner moved the stored checkpoint'));
    } else if (head !== seen.position) {
      this.behind = true;
      this.wakeup.ring();
    }
  }

  /**
   * Finishes and acknowledges the batch under way, within `graceMs` (0 does not wait). Then closes the channel, so that
   * the other messages are back in the queue, in order.
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.wakeup.ring();
    if (graceMs > 0 && (await doneWithin(graceMs, this.running ?? Promise.resolve()))) {
      this.acknowledgeApplied();
    } else {
      this.applier.abandon();
    }
    await this.inbox.close();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await this.step();
        this.failure = undefined;
        attempt = 0;
      } catch (error) {
        if (error instanceof LeaseLostError) {
          this.reportLost(error);
          return;
        }
        if (error instanceof HandlerProgressedError) {
          this.applier.forget();
          attempt = 0;
          continue;
        }
        await this.backOff(error, attempt);
      }
    }
  }

  private async step(): Promise<void> {
    const checkpoint = await this.applier.resume();
    if (this.hasNotice) {
      await this.applier.refreshRequests();
      this.hasNotice = false;
    }
    if (this.applier.hasRequest) {
      await this.applier.carryOutRequest(checkpoint);
      return;
    }
    const maxBatch = this.applier.batchSize;
    if (this.behind) {
      this.behind = await this.applyFromLog(checkpoint, maxBatch);
      return;
    }
    this.inbox.open();
    if (this.inbox.contradicts(checkpoint)) {
      // Dropping it as a duplicate would hide that the log was restored and has grown again since.
      await verifyCheckpoint(this.options.log, this.lease.partition, checkpoint);
    }
    const { apply, missingUpTo } = this.inbox.next(checkpoint.position, maxBatch);
    if (apply.length > 0) {
      await (this.inbox.isTrusted ? this.apply(checkpoint, apply) : this.applyCompared(checkpoint, apply));
      this.acknowledgeApplied();
    } else if (missingUpTo !== undefined) {
      await this.fillGap(checkpoint, missingUpTo, maxBatch);
      this.acknowledgeApplied();
    } else {
      await this.wait();
    }
  }

  private async wait(): Promise<void> {
    this.waiting = true;
    await this.wakeup.sleep(LONG_SLEEP_MS);
    this.waiting = false;
  }

  private hear(): void {
    this.lastActiveAt = performance.now();
    this.wakeup.ring();
  }

  private async apply(after: Checkpoint, stored: readonly EventEnvelope[]): Promise<void> {
    if (stored.length === 0) {
      return;
    }
    const startedAt = performance.now();
    const applied = await this.applier.apply(after, stored);
    this.lastActiveAt = performance.now();
    if (applied > 0) {
      this.options.hooks?.onApplied?.(this.lease.partition, applied, this.lastActiveAt - startedAt);
    }
  }

  private acknowledgeApplied(): void {
    this.inbox.acknowledgeUpTo(this.applier.position?.position ?? 0);
  }

  /** A queue may have outlived its log, so its older messages count only after a comparison with the log. */
  private async applyCompared(after: Checkpoint, delivered: readonly EventEnvelope[]): Promise<void> {
    const stored = await readAfter(this.options.log, this.lease.partition, after, delivered.length);
    if (delivered.every(({ eventId }, index) => eventId === stored[index]?.eventId)) {
      this.inbox.trust(delivered);
      await this.apply(after, stored);
    } else {
      await this.fillGap(after, after.position + delivered.length, delivered.length);
    }
  }

  /** Applies the missing events from the log, and the event behind the hole as well. */
  private async fillGap(after: Checkpoint, upTo: number, maxBatch: number): Promise<void> {
    const missing = upTo - after.position;
    await this.applyFromLog(after, Math.min(maxBatch, missing));
    if (this.applier.position === after) {
      await this.dropBeyondLog(after, upTo);
    }
  }

  /**
   * Drops messages beyond the log's head. They come from before the log was restored, or the log is read late and then
   * gives these events itself.
   */
  private async dropBeyondLog(after: Checkpoint, upTo: number): Promise<void> {
    const { log, logger } = this.options;
    const { partition } = this.lease;
    const head = (await log.heads()).get(partition) ?? 0;
    if (head >= upTo) {
      throw new MissingEventsError(partition, after.position + 1, upTo);
    }
    const count = this.inbox.dropBeyond(head);
    logger.warn({ partition, head, count }, 'dropped messages whose events are not in the log');
  }

  /** One page. Returns whether there may be more. */
  private async applyFromLog(after: Checkpoint, limit: number): Promise<boolean> {
    const events = await readAfter(this.options.log, this.lease.partition, after, limit);
    const wasAt = after.position;
    await this.apply(after, events);
    if (events.length > 0) {
      const { partition } = this.lease;
      this.options.logger.debug(
        { partition, after: wasAt, count: events.length },
        'applied events from the log',
      );
      this.options.hooks?.onHealed?.(partition, events.length);
    }
    return events.length === limit;
  }

  private reportLost(error: LeaseLostError): void {
    if (!this.stopping.signal.aborted) {
      this.options.logger.warn({ err: error, partition: this.lease.partition }, 'stopped consuming');
      this.options.onLeaseLost();
    }
  }

  private async backOff(error: unknown, attempt: number): Promise<void> {
    const { signal } = this.stopping;
    this.failure = error;
    const next = (this.applier.position?.position ?? 0) + 1;
    this.applier.forget();
    if (signal.aborted) {
      return;
    }
    const delayMs = backoffMs(attempt, this.options);
    const { group, logger, hooks } = this.options;
    const { partition } = this.lease;
    const eventId = this.inbox.eventAt(next)?.eventId;
    logger.error(
      { err: error, group, partition, position: next, eventId, attempt, delayMs },
      'could not apply events; the partition waits and retries',
    );
    hooks?.onFailed?.(partition, error);
    await pause(delayMs, signal);
  }
}
