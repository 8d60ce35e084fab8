import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import { backoffMs, doneWithin, pause, type BackoffOptions } from '../backoff';
import type { Checkpoint } from '../checkpoint';
import { faultCode, HandlerProgressedError, LeaseLostError } from '../errors';
import type { Lease } from '../lease';
import type { GroupStore } from '../leases/group-store';
import type { PartitionWorker } from '../leases/owned-partitions';
import type { Logger } from '../logger';
import type { OwnMarks } from '../parked/own-marks';
import type { ParkedStore } from '../parked/parked-store';
import { Wakeup } from '../wakeup';
import type { DeliveryHooks, PartitionSource } from './delivery';
import type { LogReader } from './log-reader';
import { PartitionApplier, type ParkingOptions } from './partition-applier';
import type { PartitionHandler } from './partition-handler';

/** Hooks for metrics, called when the events happen. They must not throw. */
export interface ConsumerHooks extends DeliveryHooks {
  /** The handler made `count` events durable in `durationMs`. */
  onApplied?(partition: number, count: number, durationMs: number): void;
  onFailed?(partition: number, error: unknown): void;
}

/** The options that the consumers of all partitions share. */
export interface ConsumerOptions extends BackoffOptions, ParkingOptions {
  readonly group: string;
  readonly store: GroupStore;
  /** The store of parked streams, in the same database as `store`. */
  readonly parked: ParkedStore;
  readonly log: LogReader;
  readonly codec: EventCodec;
  readonly handler: PartitionHandler;
  /**
   * The maximum number of events that the handler gets at once; a smaller batch does not wait for more events. Default
   * 200.
   */
  readonly maxBatch?: number;
  /** Default 10 s. */
  readonly leaseMs?: number;
  readonly hooks?: ConsumerHooks;
}

export interface PartitionConsumerOptions extends ConsumerOptions {
  readonly lease: Lease;
  /** Opens the source of this partition; see `GroupDelivery.open`. */
  readonly openSource: (onNews: () => void) => PartitionSource;
  /** The marks of this process, shared by all its partitions. */
  readonly marks: OwnMarks;
  readonly logger: Logger;
  /** Another replica works on the partition, or the group's store was lost. */
  readonly onLeaseLost: () => void;
}

const DEFAULT_MAX_BATCH = 200;
/** The longest sleep. Nothing depends on it, because the source and the idle check wake the consumer. */
const LONG_SLEEP_MS = 60_000;

/**
 * The consumer of one partition under one lease. It takes events from its source and applies them. The idle check
 * keeps it going when the source falls silent.
 */
export class PartitionConsumer implements PartitionWorker {
  readonly lease: Lease;
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();
  private readonly source: PartitionSource;
  private readonly applier: PartitionApplier;
  private takenFrom: EventEnvelope | undefined;
  private waiting = false;
  private hasNotice = false;
  private lastActiveAt = performance.now();
  private running: Promise<void> | undefined;
  private failure: unknown;

  constructor(private readonly options: PartitionConsumerOptions) {
    this.lease = options.lease;
    this.applier = new PartitionApplier({ ...options, maxBatch: options.maxBatch ?? DEFAULT_MAX_BATCH });
    this.source = options.openSource(() => this.wakeup.ring());
  }

  /** Why nothing moves, or nothing is delivered, at the moment; absent if there is no problem. */
  get errorCode(): string | undefined {
    return this.failure === undefined ? this.source.errorCode : faultCode(this.failure);
  }

  start(): void {
    this.running = this.run();
  }

  /** The checkpoint of an idle consumer; `undefined` while it is busy or has applied something in the last `forMs`. */
  idleAt(forMs: number): Checkpoint | undefined {
    const idle = this.waiting && this.source.isIdle && performance.now() - this.lastActiveAt >= forMs;
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
      this.source.noticeMore();
      this.wakeup.ring();
    }
  }

  /**
   * Finishes and acknowledges the batch under way, within `graceMs` (0 does not wait). Then closes the source, so that
   * the next owner gets the other events.
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.wakeup.ring();
    if (graceMs > 0 && (await doneWithin(graceMs, this.running ?? Promise.resolve()))) {
      this.acknowledgeApplied();
    } else {
      this.applier.abandon();
    }
    await this.source.close();
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
    const events = await this.source.next(checkpoint, this.applier.batchSize);
    if (events.length > 0) {
      this.takenFrom = events[0];
      await this.apply(checkpoint, events);
      this.acknowledgeApplied();
    } else {
      this.failure = undefined;
      await this.wait();
    }
  }

  private async wait(): Promise<void> {
    this.waiting = true;
    await this.wakeup.sleep(LONG_SLEEP_MS);
    this.waiting = false;
  }

  private async apply(after: Checkpoint, stored: readonly EventEnvelope[]): Promise<void> {
    const startedAt = performance.now();
    const applied = await this.applier.apply(after, stored);
    this.lastActiveAt = performance.now();
    if (applied > 0) {
      this.options.hooks?.onApplied?.(this.lease.partition, applied, this.lastActiveAt - startedAt);
    }
  }

  private acknowledgeApplied(): void {
    this.source.acknowledge(this.applier.position?.position ?? 0);
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
    const eventId = this.takenFrom?.position === next ? this.takenFrom.eventId : undefined;
    logger.error(
      { err: error, group, partition, position: next, eventId, attempt, delayMs },
      'could not apply events; the partition waits and retries',
    );
    hooks?.onFailed?.(partition, error);
    await pause(delayMs, signal);
  }
}
