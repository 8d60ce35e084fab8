import {
  ConsumerGroup,
  ParkedWork,
  scopedLogger,
  type BackoffOptions,
  type CommandPublisher,
  type Delivery,
} from '@tidemark/messaging';
import {
  groupOf,
  type HealthCheck,
  type Metering,
  type OpenPart,
  type ProcessHandle,
} from '@tidemark/nestjs/internals';
import {
  CommandDispatcher,
  InMemoryProcessEngine,
  InMemoryProcessReader,
  TimerRunner,
  type InMemoryProcess,
  type ProcessDefinition,
} from '@tidemark/process-manager';
import type { InMemoryTables } from './in-memory-tables';

interface Options {
  readonly tables: InMemoryTables;
  readonly definitions: readonly [ProcessDefinition, ...ProcessDefinition[]];
  readonly delivery: Delivery;
  readonly publisher: CommandPublisher;
  readonly metering: Metering;
  readonly backoff: BackoffOptions;
}

/** More than any test has. */
const ALL_INSTANCES = 1_000_000;
const POLL_MS = 20;

/** One process in memory: receives its events, sends its commands, and fires its timers. */
export class RunningInMemory implements ProcessHandle, OpenPart {
  readonly checks: readonly HealthCheck[] = [];
  readonly name: string;
  readonly engine: InMemoryProcessEngine;
  readonly reader: InMemoryProcessReader;
  readonly parked: ParkedWork;
  readonly consumers: ConsumerGroup;
  private readonly tables: InMemoryProcess;
  private readonly dispatcher: CommandDispatcher;
  private readonly timers: TimerRunner;
  private claiming = 0;
  private inFlight = 0;

  constructor({ tables, definitions, delivery, publisher, metering, backoff }: Options) {
    const { name } = definitions[0];
    const { store, codec, partitions } = tables;
    const group = groupOf(name);
    const logger = scopedLogger(name);
    this.name = name;
    this.tables = tables.processOf(name);
    this.parked = new ParkedWork({ store: this.tables.parked, log: store });
    this.dispatcher = this.dispatcherTo(publisher);
    this.engine = new InMemoryProcessEngine({
      tables: this.tables,
      definitions,
      hooks: { onCommands: () => this.dispatcher.wake() },
    });
    this.reader = new InMemoryProcessReader(this.tables);
    this.timers = new TimerRunner({ engine: this.engine, logger, pollIntervalMs: POLL_MS });
    this.consumers = new ConsumerGroup({
      ...backoff,
      group,
      partitions,
      store: this.tables.group,
      parked: this.tables.parked,
      log: store,
      codec,
      delivery,
      handler: this.engine,
      logger,
      hooks: metering.consumers(group),
    });
  }

  start(): void {
    this.consumers.start();
    this.dispatcher.start();
    this.timers.start();
  }

  /** Goes on: the last requests may wait for what a process does. */
  stop(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.all([this.dispatcher.stop(), this.consumers.stop(), this.timers.stop()]);
  }

  /** Fires what is due by the test's clock. */
  async fireDue(): Promise<void> {
    await this.engine.fireTimers(ALL_INSTANCES);
    await this.engine.giveUpUnanswered(ALL_INSTANCES);
    this.dispatcher.wake();
  }

  /** What the process still does, in words. Nothing is awaited in here. */
  get underWay(): readonly string[] {
    const { tables } = this;
    const due = tables.dueTimers().map(({ instanceId, name }) => `the timer ${name} of ${instanceId} is due`);
    const unsent = tables.outbox
      .outstanding()
      .filter(({ isGivenUp, dueAt }) => !isGivenUp && dueAt <= tables.now())
      .map(({ instanceId, step }) => `the command ${step} of ${instanceId} is not sent`);
    const sending = this.claiming + this.inFlight > 0 ? ['commands are being sent'] : [];
    return [...due, ...unsent, ...sending].map((what) => `process ${this.name}: ${what}`);
  }

  /** When something is due next, in milliseconds since 1970; infinite if nothing is. */
  nextDueAt(): number {
    const { tables } = this;
    const timers = tables.timersOf().filter(({ isHeld }) => !isHeld);
    return Math.min(tables.outbox.nextDueAt(), ...timers.map(({ dueAt }) => Date.parse(dueAt)));
  }

  /** Counts the commands that have left the outbox and are in no queue yet. */
  private dispatcherTo(publisher: CommandPublisher): CommandDispatcher {
    const { outbox } = this.tables;
    return new CommandDispatcher({
      pool: {
        claim: async (options) => {
          this.claiming += 1;
          try {
            const claimed = await outbox.claim(options);
            this.inFlight += claimed.length;
            return claimed;
          } finally {
            this.claiming -= 1;
          }
        },
        giveBack: (commandIds, retryMs) => outbox.giveBack(commandIds, retryMs),
      },
      process: this.name,
      outlet: {
        publish: (command, attempt) =>
          publisher.publish(command, attempt).finally(() => (this.inFlight -= 1)),
      },
      logger: scopedLogger(this.name),
      pollIntervalMs: POLL_MS,
    });
  }
}
