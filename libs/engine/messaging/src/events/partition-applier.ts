import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import { doneWithin } from '../backoff';
import type { Checkpoint } from '../checkpoint';
import {
  GroupStoreTimeoutError,
  HandlerEndedProcessError,
  HandlerTimedOutError,
  LeaseLostError,
} from '../errors';
import type { Lease } from '../lease';
import type { GroupStore } from '../leases/group-store';
import type { Logger } from '../logger';
import { OwnMarks } from '../parked/own-marks';
import type { ParkedStore } from '../parked/parked-store';
import { PartitionParking } from '../parked/partition-parking';
import { isOfEnvironment } from '../retry-policy';
import { verifyCheckpoint } from './anchored-read';
import type { LogReader } from './log-reader';
import type { PartitionHandler } from './partition-handler';
import { retryParked } from './retry-parked';

/** When a stream is parked. */
export interface ParkingOptions {
  /**
   * The number of attempts at one event before its stream is parked. The default is 10, which takes about half a minute
   * with the default backoff. Faults of the environment (`retryable: true`) do not count: the partition waits until
   * they pass.
   */
  readonly maxAttempts?: number;
  /**
   * How long the handler may take for a batch before it is told to stop. If it continues all the same, the attempt
   * counts as failed. Default 30 s.
   */
  readonly handlerTimeoutMs?: number;
  /**
   * The number of processes that may end at the same event, which each of them has marked, before the event's stream is
   * parked. The first process that ends has not marked the event, so one more process ends in all. Default 3.
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
  /** How long the marks of other owners must stand, under this lease, before they count as ends. Default 10 s. */
  readonly leaseMs?: number;
  /** Shared by all partitions of the process; by default, this applier has its own. */
  readonly marks?: OwnMarks;
  readonly logger: Logger;
}

const DEFAULT_MAX_ATTEMPTS = 10;
const DEFAULT_HANDLER_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_PROCESS_ENDS = 3;
const DEFAULT_LEASE_MS = 10_000;
const STORE_ANSWER_MS = 5_000;
/** How long a handler whose time is up may take to report the outcome of the batch. */
const LAST_WORD_MS = 5_000;
/** For events that waited, a handler may have to read the partition from its start. */
const READING_MS_PER_EVENT = 1;

/**
 * Takes the events of one partition, in order, to the handler. An event of a parked stream waits behind the parked
 * event instead. Keeps the partition's position and its failures so far, under one lease.
 *
 * An event that ends the process leaves no error to count. So the owner marks each attempt at an event that may have
 * ended an earlier owner. These are the events of the first batch after an owner that had not released the partition,
 * the events up to the last mark, and the events in every retry of a parked stream. The owner takes its mark back as
 * soon as the attempt is over, whatever its outcome. It keeps trying to do so while the store is unavailable, and also
 * after it lost its lease. So a standing mark belongs to an attempt under way, to a process that has ended, or to a
 * process that is out of contact. A successor that finds `maxProcessEnds` marks for one event waits for `leaseMs`,
 * under its own lease. Every live process that reaches the store takes its mark back meanwhile. The marks that still
 * stand then count as ends, and the stream is parked.
 */
export class PartitionApplier {
  private readonly parking: PartitionParking;
  private checkpoint: Checkpoint | undefined;
  private failing = { position: 0, attempts: 0 };
  /** Up to this position, the handler gets one event at a time, because a batch that ends here failed. */
  private singlyUpTo = 0;
  /**
   * Up to this position, the handler gets one marked event at a time, because one of these events may have ended the
   * process of an earlier owner.
   */
  private markedUpTo: number | undefined;
  private readonly marks: OwnMarks;
  /** The event that may have ended too many processes, and since when this owner knows of it. */
  private suspect: { readonly position: number; readonly sinceMs: number } | undefined;
  private handling: AbortController | undefined;

  constructor(private readonly options: PartitionApplierOptions) {
    this.parking = new PartitionParking(options);
    this.marks = options.marks ?? new OwnMarks(options.parked);
  }

  /** The group's checkpoint, if it is known for certain. */
  get position(): Checkpoint | undefined {
    return this.checkpoint;
  }

  /** How many events to take at once. */
  get batchSize(): number {
    const { position } = this.checkpoint ?? { position: 0 };
    return position < Math.max(this.singlyUpTo, this.markedUpTo ?? 0) ? 1 : this.options.maxBatch;
  }

  /** Whether a request is still to be carried out. */
  get hasRequest(): boolean {
    return this.parking.nextRequest !== undefined;
  }

  /**
   * Forgets the checkpoint after a failure with an unknown outcome. The stored checkpoint tells whether the batch took
   * effect.
   */
  forget(): void {
    this.checkpoint = undefined;
  }

  /** Tells a running handler that its result is no longer needed. */
  abandon(): void {
    this.handling?.abort();
  }

  async resume(): Promise<Checkpoint> {
    if (this.checkpoint) {
      return this.checkpoint;
    }
    const { store, log, lease, maxBatch, parked } = this.options;
    const checkpoint = await store.loadCheckpoint(lease.partition);
    if (!checkpoint) {
      throw new LeaseLostError(lease, 'the group store was lost');
    }
    await verifyCheckpoint(log, lease.partition, checkpoint);
    await this.parking.load();
    this.markedUpTo ??= lease.takenOver
      ? checkpoint.position + maxBatch
      : await parked.lastMarked(lease.partition);
    this.checkpoint = checkpoint;
    return checkpoint;
  }

  /** Reads operators' requests again. */
  refreshRequests(): Promise<void> {
    return this.parking.load();
  }

  /**
   * Moves the checkpoint from `after` over consecutive stored events. Returns how many of them have taken effect; the
   * others are parked.
   *
   * @throws LeaseLostError, and every other fault: then call `forget`, and try again later
   */
  async apply(after: Checkpoint, stored: readonly EventEnvelope[]): Promise<number> {
    const last = stored.at(-1);
    if (!last) {
      return 0;
    }
    const single = stored.length === 1 && !this.parking.isLeftOut(last) ? last : undefined;
    if (!single || single.position > (this.markedUpTo ?? 0)) {
      return this.attempt(after, stored, single);
    }
    return this.marks.around(this.options.lease, single.position, async (unheardOf) => {
      const ended = this.endedBy(single.position, unheardOf);
      if (!ended) {
        return this.attempt(after, stored, single);
      }
      this.checkpoint = await this.parking.park(after, single, ended, unheardOf);
      return 0;
    });
  }

  private async attempt(
    after: Checkpoint,
    stored: readonly EventEnvelope[],
    single: EventEnvelope | undefined,
  ): Promise<number> {
    const last = stored[stored.length - 1]!;
    const to = { position: last.position, eventId: last.eventId };
    try {
      const applied = await this.handle(after, to, stored);
      this.checkpoint = to;
      return applied;
    } catch (error) {
      if (error instanceof LeaseLostError || !(await this.parkedAsFailing(after, single, error))) {
        // The next attempt takes one event at a time. That shows which event fails, and lets the others pass.
        this.singlyUpTo = Math.max(this.singlyUpTo, to.position);
        throw error;
      }
      return 0;
    }
  }

  /**
   * Carries out the request for the earliest stream. Throws as `apply` does; events applied before that stay applied.
   */
  async carryOutRequest(checkpoint: Checkpoint): Promise<void> {
    const stream = this.parking.nextRequest;
    if (!stream) {
      return;
    }
    const { lease, handler } = this.options;
    await retryParked(stream, {
      ...this.options,
      checkpoint,
      parking: this.parking,
      marked: (position, attempt) =>
        this.marks.around(lease, position, (unheardOf) =>
          attempt({ unheardOf, ended: this.endedBy(position, unheardOf) }),
        ),
      handleParked: (batch) =>
        this.inTime(
          (signal) => handler.handleParked(batch, signal),
          checkpoint.position * READING_MS_PER_EVENT,
        ),
    });
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
    if (await doneWithin(limitMs, handled)) {
      return;
    }
    handling.abort();
    if (await doneWithin(Math.min(handlerTimeoutMs, LAST_WORD_MS), handled)) {
      return;
    }
    throw (await this.storeAnswers())
      ? new HandlerTimedOutError(limitMs)
      : new GroupStoreTimeoutError('neither the handler nor the group store answered');
  }

  /** If the store does not answer either, the database delayed the handler, and no event is to blame. */
  private async storeAnswers(): Promise<boolean> {
    const { store, lease, handlerTimeoutMs = DEFAULT_HANDLER_TIMEOUT_MS } = this.options;
    try {
      return await doneWithin(
        Math.min(handlerTimeoutMs, STORE_ANSWER_MS),
        store.loadCheckpoint(lease.partition),
      );
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

  /**
   * The fault for which the event's stream is parked, when `maxProcessEnds` processes or more have ended at the event.
   *
   * @throws HandlerEndedProcessError while some of these processes may still be alive: try again later
   */
  private endedBy(position: number, unheardOf: number): HandlerEndedProcessError | undefined {
    const { maxProcessEnds = DEFAULT_MAX_PROCESS_ENDS, leaseMs = DEFAULT_LEASE_MS } = this.options;
    if (unheardOf < maxProcessEnds) {
      this.suspect = undefined;
      return undefined;
    }
    const ended = new HandlerEndedProcessError(unheardOf);
    const nowMs = performance.now();
    if (this.suspect?.position !== position) {
      this.suspect = { position, sinceMs: nowMs };
    }
    if (nowMs - this.suspect.sinceMs < leaseMs) {
      throw ended;
    }
    return ended;
  }
}
