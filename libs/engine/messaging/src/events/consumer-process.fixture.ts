import { BrokerUnavailableError, GroupStoreTimeoutError, LeaseLostError } from '../errors';
import { overrideMethods } from '../faults/override-methods.fixture';
import type { Lease } from '../lease';
import type { InMemoryGroup } from '../leases/in-memory-group.fixture';
import { silentLogger } from '../logger';
import { OwnMarks } from '../parked/own-marks';
import { readAfter } from './anchored-read';
import type { ConsumerWorld } from './consumer-world.fixture';
import { countedCodec } from './in-memory-log.fixture';
import { PartitionApplier } from './partition-applier';
import type { ParkedBatch, PartitionBatch } from './partition-handler';

export const MAX_PROCESS_ENDS = 3;
/** The time is longer than a lease lasts without contact. */
const SUSPICION_MS = 10_000;

/** The outcome of a process's next attempt, apart from the effect of the event itself. */
export type Attempt =
  | 'succeeds'
  /** A fault of the environment, which the process survives. */
  | 'fails'
  /** A fault of the environment, after which the store is unavailable. */
  | 'loses the store'
  | 'is killed'
  | 'freezes';

const never = new Promise<never>(() => {});

const neverAborted = new AbortController().signal;

/** A process of a `ConsumerWorld`. */
export class ConsumerProcess {
  readonly marks: OwnMarks;
  isCutOff = false;
  private isOver = false;
  private frozen: { readonly thawed: () => void; readonly step: Promise<boolean> } | undefined;
  private applier: PartitionApplier | undefined;
  private lease: Lease | undefined;
  private next: Attempt = 'succeeds';
  /** The events of an attempt whose mark has not been taken back yet. */
  private unreported: readonly number[] = [];
  private isMarked = false;
  private standStill = () => {};
  private readonly store: InMemoryGroup;

  constructor(
    private readonly world: ConsumerWorld,
    readonly owner: string,
  ) {
    this.store = this.reached(world.group);
    this.marks = new OwnMarks(
      overrideMethods(this.store, {
        mark: (lease, position) => {
          this.isMarked = true;
          return this.store.mark(lease, position);
        },
        unmark: async (lease) => {
          await (world.options.keepsMarks ? undefined : this.store.unmark(lease));
          this.isMarked = false;
        },
      }),
    );
  }

  get isInContact(): boolean {
    return !this.isOver && !this.frozen && !this.isCutOff && !this.world.isStoreAway;
  }

  /** Whether it is alive, but could not take back its mark of the event. */
  isOutOfContactAt(position: number): boolean {
    const isSilent = this.frozen !== undefined || this.isCutOff;
    return !this.isOver && isSilent && this.unreported.includes(position);
  }

  async report(): Promise<void> {
    await this.marks.takeBackOverdue();
    this.unreported = [];
  }

  /** Ends it between two attempts. */
  kill(): void {
    if (!this.isOver && !this.frozen) {
      void this.end();
    }
  }

  hold(lease: Lease): void {
    const { log, options } = this.world;
    this.lease = lease;
    this.applier = new PartitionApplier({
      lease,
      group: 'test',
      store: this.store,
      parked: this.store,
      log,
      codec: countedCodec,
      handler: {
        handle: (batch) => this.handle(batch, () => this.world.handled.handle(batch, neverAborted)),
        handleParked: (batch) =>
          this.handle(batch, () => this.world.handled.handleParked(batch, neverAborted)),
      },
      marks: this.marks,
      maxBatch: 5,
      maxAttempts: 2,
      maxProcessEnds: MAX_PROCESS_ENDS,
      leaseMs: options.suspicionMs ?? SUSPICION_MS,
      handlerTimeoutMs: 600_000,
      logger: silentLogger,
    });
  }

  async release(): Promise<void> {
    const lease = this.lease!;
    this.lose();
    await this.store.release(lease);
  }

  lose(): void {
    this.applier = undefined;
  }

  /** Does one step of the consumer. Returns whether there may be more to do. */
  async step(attempt: Attempt): Promise<boolean> {
    const { applier } = this;
    if (!applier || this.isOver || this.frozen) {
      return true;
    }
    this.next = attempt;
    const step = this.stepOf(applier);
    return this.untilStill(step);
  }

  async thaw(): Promise<void> {
    if (this.frozen) {
      const { thawed, step } = this.frozen;
      this.frozen = undefined;
      thawed();
      await this.untilStill(step);
    }
  }

  /** Resolves when the step is over, or stops because the process has ended or is frozen. */
  private async untilStill(step: Promise<boolean>): Promise<boolean> {
    const over = new Promise<boolean>((resolve) => (this.standStill = () => resolve(true)));
    const isMore = await Promise.race([step, over]);
    if (this.frozen) {
      this.frozen = { ...this.frozen, step };
    } else if (this.isInContact && !this.isMarked) {
      this.unreported = [];
    }
    return isMore;
  }

  private async stepOf(applier: PartitionApplier): Promise<boolean> {
    try {
      const checkpoint = await applier.resume();
      await applier.refreshRequests();
      if (applier.hasRequest) {
        await applier.carryOutRequest(checkpoint);
        return true;
      }
      const events = await readAfter(this.world.log, 0, checkpoint, applier.batchSize);
      await applier.apply(checkpoint, events);
      return events.length > 0;
    } catch (error) {
      applier.forget();
      if (error instanceof LeaseLostError && this.applier === applier) {
        this.lose();
        this.world.letGo(this);
      }
      return true;
    }
  }

  private async handle(batch: PartitionBatch | ParkedBatch, takeEffect: () => Promise<void>): Promise<void> {
    const attempt = this.next;
    this.next = 'succeeds';
    this.unreported = batch.events.map(({ position }) => position);
    if (attempt === 'is killed') {
      return this.end();
    }
    if (attempt === 'freezes') {
      await new Promise<void>((thawed) => {
        this.frozen = { thawed, step: Promise.resolve(true) };
        this.standStill();
      });
    }
    if (attempt === 'fails' || attempt === 'loses the store') {
      this.world.isStoreAway ||= attempt === 'loses the store';
      throw new BrokerUnavailableError('away');
    }
    if (batch.events.some(({ position }) => this.world.deadly.has(position))) {
      return this.end();
    }
    if (batch.events.some(({ position }) => this.world.poison.has(position))) {
      throw new RangeError('poison');
    }
    await this.throughTo(takeEffect);
  }

  private end(): Promise<never> {
    this.isOver = true;
    this.world.noteEnd(this.unreported);
    this.standStill();
    return never;
  }

  private throughTo<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isOver) {
      return never;
    }
    return this.world.isStoreAway || this.isCutOff
      ? Promise.reject(new GroupStoreTimeoutError('the store is unavailable'))
      : work();
  }

  /** The group's store as this process sees it. */
  private reached(group: InMemoryGroup): InMemoryGroup {
    return new Proxy(group, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function'
          ? (...args: unknown[]) =>
              this.throughTo(() => (value as (...given: unknown[]) => Promise<unknown>).apply(target, args))
          : value;
      },
    });
  }
}
