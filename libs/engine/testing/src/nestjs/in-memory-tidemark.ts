import type { EventStore } from '@tidemark/event-store';
import { eventually } from '@tidemark/kernel/testing';
import type { InMemoryDeadLetter } from '@tidemark/messaging';
import type { OpenedEngine, OpenEngine } from '@tidemark/nestjs/internals';
import { InMemoryEngine } from './in-memory-engine';
import { InMemoryTables, type BackgroundFailure } from './in-memory-tables';
import { TestClock } from './test-clock';

export interface InMemoryTidemarkOptions {
  /** Where the clock stands; the real time by default. */
  readonly startsAt?: Date;
  /** The number of partitions of the log; 4 by default. */
  readonly partitions?: number;
}

export interface SettleOptions {
  /** 10,000 by default. */
  readonly withinMs?: number;
}

const DEFAULT_SETTLE_MS = 10_000;
const LOOK_EVERY_MS = 5;

/**
 * The log, read models, processes, queues and clock of an application under test. Nothing survives the process, and no
 * server is needed. It outlives the application: an application that is opened again continues where the last one
 * stopped.
 *
 * `TidemarkTestingModule` gives it to an application.
 */
export class InMemoryTidemark {
  private readonly clock: TestClock;
  private readonly tables: InMemoryTables;
  private engine: InMemoryEngine | undefined;

  constructor({ startsAt = new Date(), partitions = 4 }: InMemoryTidemarkOptions = {}) {
    this.clock = new TestClock(startsAt);
    this.tables = new InMemoryTables(this.clock, partitions);
  }

  /** The log, for a test that looks at events, or appends them as another application would. */
  get eventStore(): EventStore {
    return this.tables.store;
  }

  /** The time of the log and of timers. It stands still until `advance`. */
  now(): Date {
    return this.clock.now();
  }

  /** Faults of work in the background, oldest first: of consumer groups and commands, also those that were retried. */
  get failures(): readonly BackgroundFailure[] {
    return this.tables.failures;
  }

  /** The commands of processes that could not be carried out, for example because an aggregate refused them. */
  get deadLetters(): readonly InMemoryDeadLetter[] {
    return this.tables.queues.deadLetters;
  }

  /**
   * Resolves when nothing is left to do at this time: read models and processes have all events, the commands of
   * processes are carried out or dead letters, and no timer is due.
   *
   * @throws Error at once if no application is open, or if a projection or a process failed on an event, with the
   *   reason; when the time is up, Error that says what is left
   */
  async settled({ withinMs = DEFAULT_SETTLE_MS }: SettleOptions = {}): Promise<void> {
    if (!this.engine?.isOpen) {
      throw new Error('no application is open: call init() of the application first');
    }
    let left: readonly string[] = [];
    await eventually(
      async () => {
        left = await this.underWay();
        return left.length === 0 || this.tables.parked().length > 0;
      },
      { withinMs, everyMs: LOOK_EVERY_MS },
    ).catch((cause: unknown) => {
      const last = this.failures.at(-1);
      const because = last ? `. The last failure, of ${last.where}: ${String(last.error)}` : '';
      throw new Error(`not settled after ${withinMs} ms: ${left.join('; ')}${because}`, { cause });
    });
    const parked = this.tables.parked();
    if (parked.length > 0) {
      throw new Error(parked.join('; '), { cause: this.failures.at(-1)?.error });
    }
  }

  /**
   * Moves the clock forward and settles. It stops at each instant at which a timer or the repetition of an unanswered
   * command is due, so that everything happens in its order.
   *
   * Throws what `settled` throws.
   */
  async advance(ms: number, options?: SettleOptions): Promise<void> {
    const end = this.now().getTime() + ms;
    for (;;) {
      await this.settled(options);
      const next = Math.min(...this.processes.map((process) => process.nextDueAt()), Infinity);
      if (next > end) {
        break;
      }
      this.clock.moveTo(next);
    }
    this.clock.moveTo(end);
    await this.settled(options);
  }

  /** For `TidemarkTestingModule`. */
  readonly open: OpenEngine = async (options, features, controllers): Promise<OpenedEngine> => {
    const engine = await InMemoryEngine.open(this.tables, options, features, controllers);
    this.engine = engine;
    return engine;
  };

  private async underWay(): Promise<readonly string[]> {
    const { store, queues } = this.tables;
    await Promise.all(this.processes.map((process) => process.fireDue()));
    const before = await store.heads();
    // Nothing is awaited until all of this is read, so that nothing can move from one place to another meanwhile.
    const left = [
      ...this.tables.behind(before, this.engine?.hasProjections ?? false),
      ...this.processes.flatMap((process) => process.underWay),
      ...queues.unfinished.map(({ routingKey }) => `the command ${routingKey} is not carried out`),
    ];
    const after = await store.heads();
    const hasGrown = [...after].some(([partition, head]) => head !== before.get(partition));
    return hasGrown ? [...left, 'the log is growing'] : left;
  }

  private get processes(): InMemoryEngine['processes']['processes'] {
    return this.engine?.processes.processes ?? [];
  }
}
