import type { EventLog } from '@tidemark/event-store';
import {
  advanceCheckpoint,
  ConsumerGroup,
  ParkedWork,
  PostgresGroupStore,
  PostgresParkedStore,
  scopedLogger,
  type CommandPublisher,
  type ConsumerHooks,
  type Delivery,
} from '@tidemark/messaging';
import {
  CommandDispatcher,
  ProcessEngine,
  processManagerSchema as schema,
  ProcessReader,
  TimerRunner,
  type CommandDispatcherOptions,
  type EngineHooks,
  type TimerRunnerOptions,
} from '@tidemark/process-manager';
import type { Pool } from 'pg';
import { groupOf } from '../definitions/groups';
import type { ProcessVersions } from '../definitions/process-versions';
import type { ConsumerTuning } from '../delivery/consumer-tuning';

export interface ProcessOptions {
  /** The process, in every version that has instances. */
  readonly definitions: ProcessVersions;
  /** The consumer group, whose replicas share the partitions; `process-<name>` by default. */
  readonly group?: string;
  readonly consumer?: ConsumerTuning;
  readonly commands?: Pick<CommandDispatcherOptions, 'firstResendMs' | 'maxResendMs' | 'pollIntervalMs'> & {
    /** How long a command may stay unanswered before its instance waits for an operator; an hour by default. */
    readonly giveUpAfterMs?: number;
  };
  readonly timers?: Pick<TimerRunnerOptions, 'pollIntervalMs'>;
  readonly hooks?: Omit<EngineHooks, 'onCommands'>;
  readonly consumerHooks?: ConsumerHooks;
}

export interface RunningProcessOptions extends ProcessOptions {
  readonly log: EventLog;
  readonly pool: Pool;
  readonly delivery: Delivery;
  readonly publisher: CommandPublisher;
}

const GIVE_UP_AFTER_MS = 3_600_000;

/** One process, for those who look at it and help its instances. */
export interface ProcessHandle {
  readonly name: string;
  readonly engine: Pick<ProcessEngine, 'retry' | 'skip' | 'forceCompensate'>;
  readonly reader: Pick<ProcessReader, 'find' | 'page' | 'tell' | 'figures'>;
  /** The streams that the process could not process. */
  readonly parked: ParkedWork;
  readonly consumers: ConsumerGroup;
}

/** One process in Postgres: receives its events, sends its commands, and fires its timers. */
export class RunningProcess implements ProcessHandle {
  readonly name: string;
  readonly engine: ProcessEngine;
  readonly reader: ProcessReader;
  readonly parked: ParkedWork;
  readonly consumers: ConsumerGroup;
  private readonly dispatcher: CommandDispatcher;
  private readonly timers: TimerRunner;

  constructor(options: RunningProcessOptions) {
    const { log, pool, delivery, publisher, definitions, consumerHooks } = options;
    const { name } = definitions[0];
    const { group = groupOf(name) } = options;
    const { giveUpAfterMs = GIVE_UP_AFTER_MS, ...resending } = options.commands ?? {};
    this.name = name;
    const logger = scopedLogger(name);
    const parked = new PostgresParkedStore({ pool, schema, group });
    this.parked = new ParkedWork({ store: parked, log: log.store });
    this.dispatcher = new CommandDispatcher({ ...resending, pool, process: name, outlet: publisher, logger });
    this.engine = new ProcessEngine({
      pool,
      definitions,
      advanceCheckpoint: (client, lease, from, to) =>
        advanceCheckpoint(client, { schema, group, lease, from, to }),
      replaceParked: (client, lease, from, to) => parked.replaceIn(client, lease, from, to),
      giveUpAfterMs,
      hooks: { ...options.hooks, onCommands: () => this.dispatcher.wake() },
    });
    this.reader = new ProcessReader({ pool, process: name, giveUpAfterMs });
    this.timers = new TimerRunner({ ...options.timers, engine: this.engine, logger });
    this.consumers = new ConsumerGroup({
      ...options.consumer,
      group,
      partitions: log.partitions,
      store: new PostgresGroupStore({ pool, schema, group }),
      parked,
      log: log.store,
      codec: log.codec,
      delivery,
      handler: this.engine,
      logger,
      ...(consumerHooks && { hooks: consumerHooks }),
    });
  }

  start(): void {
    this.consumers.start();
    this.dispatcher.start();
    this.timers.start();
  }

  /** No event, timer or command is under way any more, except commands that wait for their queue. */
  async stop(): Promise<{ readonly dispatched: Promise<void> }> {
    const dispatched = this.dispatcher.stop();
    await Promise.all([this.consumers.stop(), this.timers.stop()]);
    return { dispatched };
  }
}
