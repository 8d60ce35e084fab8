import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import { verifyCheckpoint } from './anchored-read';
import { within } from './backoff';
import {
  GroupStoreTimeoutError,
  HandlerEndedProcessError,
  HandlerTimedOutError,
  isOfEnvironment,
  LeaseLostError,
} from './errors';
import type { LogReader } from './log-reader';
import type { Logger } from './logger';
import type { ParkedStore } from './parked-store';
import { PartitionParking } from './partition-parking';
import type { GroupStore } from './group-store';
import type { Checkpoint, Lease, PartitionHandler } from './partition-handler';
import { retryParked } from './retry-parked';

/** When a stream is parked. */
export interface ParkingOptions {
  /**
   * Tries of one event before its stream is parked. Default 10, which with the default backoff are half a minute or so.
   * Faults of the environment (`retryable: true`) do not count: they are waited out.
   */
  readonly maxAttempts?: number;
  /**
   * How long the handler may take for a batch before it is told to stop. An attempt that goes on all the same has failed.
   * Default 30 s.
   */
  readonly handlerTimeoutMs?: number;
  /**
   * Processes that may end, each while it works on the same event and marks it, before the event's stream is parked. The one
   * before them marked nothing, so that one more ends in all. Default 3.
   */
  readonly maxProcessEnds?: number;
}

export interface PartitionApplierOptions extends ParkingOptions {
  readonly lease: Lease;
  readonly group: string;
  readonly store: GroupStore;
  readonly parked: ParkedStore;
  readonly log: LogReader;
  readonly codec: EventCodec;
  readonly handler: PartitionHandler;
  readonly maxBatch: number;
  readonly logger: Logger;
}

const DEFAULT_MAX_ATTEMPTS = 10;
const DEFAULT_HANDLER_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_PROCESS_ENDS = 3;
const STORE_ANSWER_MS = 5_000;
/** For a handler whose time is up to say what became of the batch. */
const LAST_WORD_MS = 5_000;
/** For events that waited, a handler may have to read the partition from its start. */
const READING_MS_PER_EVENT = 1;

/**
 * Takes the events of one partition, in order, to where they take effect: to the handler, or behind their stream's parked
 * event. Knows how far the partition has come and what failed so far, under one lease.
 */
export class PartitionApplier {
  private readonly parking: PartitionParking;
  private checkpoint: Checkpoint | undefined;
  private failing = { position: 0, attempts: 0 };
  /** Up to here one event at a time, because a batch that ends here failed. */
  private singlyUpTo = 0;
  /** Up to here one event at a time, each marked: one of these may have ended the process that was here before. */
  private markedUpTo = 0;
  private marked = 0;
  private readonly begun = new Set<string>();
  private handling: AbortController | undefined;

  constructor(private readonly options: PartitionApplierOptions) {
    this.parking = new PartitionParking(options);
  }

  /** Where the group stands, as far as it is known for certain. */
  get position(): Checkpoint | undefined {
    return this.checkpoint;
  }

  /** How many events to take at once. */
  get batchSize(): number {
    const { position } = this.checkpoint ?? { position: 0 };
    return position < Math.max(this.singlyUpTo, this.markedUpTo) ? 1 : this.options.maxBatch;
  }

  /** Whether somebody asked for something that has not been carried out. */
  get hasRequest(): boolean {
    return this.parking.nextRequest !== undefined;
  }

  /** After a failure the outcome may be unknown: what is stored says whether the batch took effect. */
  forget(): void {
    this.checkpoint = undefined;
  }

  /** Tells a handler under way that nobody waits for it any more. */
  abandon(): void {
    this.handling?.abort();
  }

  async resume(): Promise<Checkpoint> {
    if (this.checkpoint) {
      return this.checkpoint;
    }
    const { store, log, lease, maxBatch } = this.options;
    const checkpoint = await store.loadCheckpoint(lease.partition);
    if (!checkpoint) {
      throw new LeaseLostError(lease, 'the group store was lost');
    }
    await verifyCheckpoint(log, lease.partition, checkpoint);
    await this.parking.load();
    if (lease.takenOver && this.markedUpTo === 0) {
      this.markedUpTo = checkpoint.position + maxBatch;
    }
    this.checkpoint = checkpoint;
    return checkpoint;
  }

  /** Looks again at what people asked for. */
  refreshRequests(): Promise<void> {
    return this.parking.load();
  }

  /**
   * Moves the checkpoint from `after` over consecutive stored events. Returns how many of them have taken effect; the
   * others are parked.
   *
   * @throws LeaseLostError, and whatever failed: then try again later, after `forget`
   */
  async apply(after: Checkpoint, stored: readonly EventEnvelope[]): Promise<number> {
    const last = stored.at(-1);
    if (!last) {
      return 0;
    }
    const single = stored.length === 1 && !this.parking.isLeftOut(last) ? last : undefined;
    if (single && (await this.parkedAsDeadly(after, single))) {
      return 0;
    }
    const to = { position: last.position, eventId: last.eventId };
    try {
      const applied = await this.handle(after, to, stored);
      this.checkpoint = to;
      return applied;
    } catch (error) {
      if (error instanceof LeaseLostError || !(await this.parkedAsFailing(after, single, error))) {
        // The next attempt is one event at a time, so that the one that fails is known and the others pass.
        this.singlyUpTo = Math.max(this.singlyUpTo, to.position);
        throw error;
      }
      return 0;
    }
  }

  /** Carries out what was asked for the earliest stream. Throws as `apply` does; what was done until then stays done. */
  async carryOutRequest(checkpoint: Checkpoint): Promise<void> {
    const stream = this.parking.nextRequest;
    if (!stream) {
      return;
    }
    const isFirst = !this.begun.has(stream.id);
    this.begun.add(stream.id);
    const { maxProcessEnds = DEFAULT_MAX_PROCESS_ENDS } = this.options;
    await retryParked(stream, {
      ...this.options,
      checkpoint,
      parking: this.parking,
      isFirst,
      maxProcessEnds,
      handleParked: (batch) =>
        this.inTime(
          (signal) => this.options.handler.handleParked(batch, signal),
          checkpoint.position * READING_MS_PER_EVENT,
        ),
    });
    this.begun.delete(stream.id);
  }

  private async handle(after: Checkpoint, to: Checkpoint, stored: readonly EventEnvelope[]): Promise<number> {
    const { lease, codec, handler } = this.options;
    const events = stored
      .filter((event) => !this.parking.isLeftOut(event))
      .map((event) => ({ ...event, data: codec.decode(event).data }));
    await this.inTime((signal) => handler.handle({ lease, after, to, events }, signal));
    return events.length;
  }

  private async inTime(work: (signal: AbortSignal) => Promise<void>, extraMs = 0): Promise<void> {
    const { handlerTimeoutMs = DEFAULT_HANDLER_TIMEOUT_MS } = this.options;
    const limitMs = handlerTimeoutMs + extraMs;
    const handling = new AbortController();
    this.handling = handling;
    const handled = work(handling.signal);
    if (await within(limitMs, handled)) {
      return;
    }
    handling.abort();
    if (await within(Math.min(handlerTimeoutMs, LAST_WORD_MS), handled)) {
      return;
    }
    throw (await this.storeAnswers())
      ? new HandlerTimedOutError(limitMs)
      : new GroupStoreTimeoutError('neither the handler nor the group store came back');
  }

  /** When the database stands still, it is no event that held the handler up. */
  private async storeAnswers(): Promise<boolean> {
    const { store, lease, handlerTimeoutMs = DEFAULT_HANDLER_TIMEOUT_MS } = this.options;
    try {
      return await within(Math.min(handlerTimeoutMs, STORE_ANSWER_MS), store.loadCheckpoint(lease.partition));
    } catch {
      return false;
    }
  }

  private async parkedAsFailing(
    after: Checkpoint,
    single: EventEnvelope | undefined,
    error: unknown,
  ): Promise<boolean> {
    if (!single || isOfEnvironment(error)) {
      return false;
    }
    const attempts = this.failing.position === single.position ? this.failing.attempts + 1 : 1;
    this.failing = { position: single.position, attempts };
    if (attempts < (this.options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS)) {
      return false;
    }
    this.checkpoint = await this.parking.park(after, single, error, attempts);
    return true;
  }

  /** Once per process and event: an event that fails in the ordinary way is not one that ends processes. */
  private async parkedAsDeadly(after: Checkpoint, event: EventEnvelope): Promise<boolean> {
    if (event.position > this.markedUpTo || this.marked === event.position) {
      return false;
    }
    const { parked, lease, maxProcessEnds = DEFAULT_MAX_PROCESS_ENDS } = this.options;
    const ends = (await parked.mark(lease, event.position)) - 1;
    this.marked = event.position;
    if (ends < maxProcessEnds) {
      return false;
    }
    this.checkpoint = await this.parking.park(after, event, new HandlerEndedProcessError(ends), ends);
    return true;
  }
}
