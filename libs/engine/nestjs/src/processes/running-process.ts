import {
  advanceCheckpoint,
  ConsumerGroup,
  ParkedWork,
  PostgresGroupStore,
  PostgresParkedStore,
  scopedLogger,
  type CommandPublisher,
} from '@tidemark/messaging';
import {
  CommandDispatcher,
  ProcessEngine,
  processManagerSchema as schema,
  ProcessReader,
  TimerRunner,
} from '@tidemark/process-manager';
import type { Pool } from 'pg';
import type { OpenDelivery } from '../delivery/log-delivery';
import type { OpenLog } from '../log/open-log';
import type { Metering } from '../metrics/metering';
import { groupOf } from '../definitions/groups';
import type { ProcessVersions } from '../definitions/process-versions';

interface Options {
  readonly log: OpenLog;
  readonly pool: Pool;
  readonly delivery: OpenDelivery;
  readonly publisher: CommandPublisher;
  readonly definitions: ProcessVersions;
  readonly metering: Metering;
}

/** How long a command may stay unanswered before its instance waits for an operator. */
const GIVE_UP_AFTER_MS = 3_600_000;

/** One process: receives its events, sends its commands, and fires its timers. */
export class RunningProcess {
  readonly name: string;
  readonly engine: ProcessEngine;
  readonly reader: ProcessReader;
  /** The streams that the process could not process. */
  readonly parked: ParkedWork;
  readonly consumers: ConsumerGroup;
  private readonly dispatcher: CommandDispatcher;
  private readonly timers: TimerRunner;

  constructor({ log, pool, delivery, publisher, definitions, metering }: Options) {
    const { name } = definitions[0];
    this.name = name;
    const group = groupOf(name);
    const logger = scopedLogger(name);
    const parked = new PostgresParkedStore({ pool, schema, group });
    this.parked = new ParkedWork({ store: parked, log: log.store });
    this.dispatcher = new CommandDispatcher({ pool, process: name, outlet: publisher, logger });
    this.engine = new ProcessEngine({
      pool,
      definitions,
      advanceCheckpoint: (client, lease, from, to) =>
        advanceCheckpoint(client, { schema, group, lease, from, to }),
      replaceParked: (client, lease, from, to) => parked.replaceIn(client, lease, from, to),
      giveUpAfterMs: GIVE_UP_AFTER_MS,
      hooks: { onCommands: () => this.dispatcher.wake() },
    });
    this.reader = new ProcessReader({ pool, process: name, giveUpAfterMs: GIVE_UP_AFTER_MS });
    this.timers = new TimerRunner({ engine: this.engine, logger });
    this.consumers = new ConsumerGroup({
      group,
      partitions: log.partitions,
      store: new PostgresGroupStore({ pool, schema, group }),
      parked,
      log: log.store,
      codec: log.codec,
      delivery: delivery.delivery,
      handler: this.engine,
      logger,
      hooks: metering.consumers(group),
    });
    metering.measure('lag_events', group, () => this.consumers.lags());
    metering.measure('parked_streams', group, () => this.consumers.parkedStreams());
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
