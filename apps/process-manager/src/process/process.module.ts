import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { FULFILMENT_GROUP, aggregates, eventCodec } from '@tidemark/contracts';
import { EventStore } from '@tidemark/event-store';
import {
  BrokerConnection,
  CommandPublisher,
  MessageKeys,
  ParkedWork,
  ConsumerGroup,
  PostgresGroupStore,
  PostgresParkedStore,
  advanceCheckpoint,
} from '@tidemark/messaging';
import {
  Metrics,
  PARKED_WORK,
  ParkedController,
  READINESS_CHECKS,
  requireNoFault,
  type ReadinessCheck,
} from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import {
  CommandDispatcher,
  ProcessEngine,
  ProcessReader,
  TimerRunner,
  processManagerSchema as schema,
  requireProcessManagerMigrated,
} from '@tidemark/process-manager';
import type { Pool } from 'pg';
import type { ProcessManagerConfig } from '../config';
import { PARTITION_COUNT } from '../event-log/partition-count';
import { fulfilmentVersions } from '../order-fulfilment/versions';
import { ListPartitionsController } from './list-partitions.controller';
import { nestLogger } from './nest-logger';
import { ProcessLifecycle } from './process-lifecycle';
import { consumerMetrics, engineMetrics } from './event-metrics';
import { ProcessMetrics } from './process-metrics';
import { PROCESS_POOL } from './process-pool';

/** Runs the fulfilment: receives events, sends commands, fires timers. */
@Module({})
export class ProcessModule {
  static forRoot(config: ProcessManagerConfig): DynamicModule {
    return {
      module: ProcessModule,
      global: true,
      controllers: [ParkedController, ListPartitionsController],
      providers: [
        ...infrastructure(config),
        ...engine(config),
        ...parking,
        consumers(config),
        ProcessMetrics,
        ProcessLifecycle,
      ],
      exports: [ProcessEngine, ProcessReader],
    };
  }
}

function infrastructure({ store, broker }: ProcessManagerConfig): Provider[] {
  return [
    {
      provide: PROCESS_POOL,
      useFactory: () => {
        const logger = nestLogger('process-store');
        return createPool({
          url: store.url,
          maxConnections: store.poolSize,
          statementTimeoutMs: store.statementTimeoutMs,
          applicationName: 'process-manager',
          onIdleError: (err) =>
            logger.warn({ err }, 'lost an idle database connection; the pool opens another when needed'),
        });
      },
    },
    {
      provide: BrokerConnection,
      useFactory: () =>
        new BrokerConnection({ url: broker.url, name: 'process-manager', logger: nestLogger('broker') }),
    },
    { provide: MessageKeys, useFactory: () => new MessageKeys(broker.messageKeys) },
    {
      provide: CommandPublisher,
      useFactory: (connection: BrokerConnection, keys: MessageKeys) =>
        new CommandPublisher({
          broker: connection,
          keys,
          prefix: broker.prefix,
          streamTypes: Object.keys(aggregates),
          logger: nestLogger(CommandPublisher.name),
        }),
      inject: [BrokerConnection, MessageKeys],
    },
    {
      provide: READINESS_CHECKS,
      useFactory: (
        pool: Pool,
        connection: BrokerConnection,
        publisher: CommandPublisher,
        events: ConsumerGroup,
      ): readonly ReadinessCheck[] => [
        { name: 'process-store', check: () => pool.query('SELECT 1') },
        { name: 'migrations', check: () => requireProcessManagerMigrated(pool) },
        // Without the broker, fulfilments can still be read, and their commands wait.
        { name: 'broker', neededFor: 'start', check: () => requireConnected(connection) },
        { name: 'commands', neededFor: 'nothing', check: () => requireNoFault(publisher) },
        { name: 'consumers', neededFor: 'nothing', check: () => requireNoFault(events) },
      ],
      inject: [PROCESS_POOL, BrokerConnection, CommandPublisher, ConsumerGroup],
    },
  ];
}

function engine({ commands, timers, fulfilment }: ProcessManagerConfig): Provider[] {
  const definitions = fulfilmentVersions(fulfilment);
  const { name } = definitions[0];
  return [
    {
      provide: CommandDispatcher,
      useFactory: (pool: Pool, outlet: CommandPublisher) =>
        new CommandDispatcher({
          ...commands,
          pool,
          outlet,
          process: name,
          logger: nestLogger(CommandDispatcher.name),
        }),
      inject: [PROCESS_POOL, CommandPublisher],
    },
    {
      provide: ProcessEngine,
      useFactory: (
        pool: Pool,
        dispatcher: CommandDispatcher,
        parked: PostgresParkedStore,
        metrics: Metrics,
      ) =>
        new ProcessEngine({
          pool,
          definitions,
          advanceCheckpoint: (client, lease, from, to) =>
            advanceCheckpoint(client, { schema, group: FULFILMENT_GROUP, lease, from, to }),
          replaceParked: (client, lease, from, to) => parked.replaceIn(client, lease, from, to),
          giveUpAfterMs: commands.giveUpAfterMs,
          hooks: { ...engineMetrics(metrics), onCommands: () => dispatcher.wake() },
        }),
      inject: [PROCESS_POOL, CommandDispatcher, PostgresParkedStore, Metrics],
    },
    {
      provide: TimerRunner,
      useFactory: (processEngine: ProcessEngine) =>
        new TimerRunner({ ...timers, engine: processEngine, logger: nestLogger(TimerRunner.name) }),
      inject: [ProcessEngine],
    },
    {
      provide: ProcessReader,
      useFactory: (pool: Pool) =>
        new ProcessReader({ pool, process: name, giveUpAfterMs: commands.giveUpAfterMs }),
      inject: [PROCESS_POOL],
    },
  ];
}

/** Streams that the fulfilment can't process. Not to be confused with stuck fulfilments. */
const parking: Provider[] = [
  {
    provide: PostgresParkedStore,
    useFactory: (pool: Pool) => new PostgresParkedStore({ pool, schema, group: FULFILMENT_GROUP }),
    inject: [PROCESS_POOL],
  },
  {
    provide: PARKED_WORK,
    useFactory: (store: PostgresParkedStore, log: EventStore) => new ParkedWork({ store, log }),
    inject: [PostgresParkedStore, EventStore],
  },
];

function consumers({ broker, consumer }: ProcessManagerConfig): Provider {
  return {
    provide: ConsumerGroup,
    useFactory: (
      pool: Pool,
      parked: PostgresParkedStore,
      connection: BrokerConnection,
      keys: MessageKeys,
      log: EventStore,
      partitions: number,
      handler: ProcessEngine,
      metrics: Metrics,
    ) =>
      new ConsumerGroup({
        ...consumer,
        group: FULFILMENT_GROUP,
        partitions,
        log,
        handler,
        parked,
        prefix: broker.prefix,
        broker: connection,
        keys,
        codec: eventCodec,
        store: new PostgresGroupStore({ pool, schema, group: FULFILMENT_GROUP }),
        logger: nestLogger(ConsumerGroup.name),
        hooks: consumerMetrics(metrics),
      }),
    inject: [
      PROCESS_POOL,
      PostgresParkedStore,
      BrokerConnection,
      MessageKeys,
      EventStore,
      PARTITION_COUNT,
      ProcessEngine,
      Metrics,
    ],
  };
}

async function requireConnected(connection: BrokerConnection): Promise<void> {
  if (!connection.isConnected) {
    throw new Error('not connected to the broker');
  }
}
