import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { FULFILMENT_GROUP } from '@tidemark/contracts';
import {
  BrokerConnection,
  CommandPublisher,
  ConsumerGroup,
  PostgresCommandSender,
  PostgresParkedStore,
  type CommandSender,
  advanceCheckpoint,
  scopedLogger,
} from '@tidemark/messaging';
import {
  Metrics,
  ParkedController,
  READINESS_CHECKS,
  requireNoFault,
  type ReadinessCheck,
} from '@tidemark/platform';
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
import { fulfilmentVersions } from '../order-fulfilment/versions';
import { COMMAND_SENDER } from './command-sender';
import { PROCESS_POOL, connections } from './connections';
import { consumers } from './consumers';
import { ListPartitionsController } from './list-partitions.controller';
import { ProcessLifecycle } from './process-lifecycle';
import { engineMetrics } from './event-metrics';
import { ProcessMetrics } from './process-metrics';

/** Runs the fulfilment: receives events, sends commands, fires timers. */
@Module({})
export class ProcessModule {
  static forRoot(config: ProcessManagerConfig): DynamicModule {
    return {
      module: ProcessModule,
      global: true,
      controllers: [ParkedController, ListPartitionsController],
      providers: [
        ...connections(config),
        ...consumers(config),
        ...engine(config),
        readiness,
        ProcessMetrics,
        ProcessLifecycle,
      ],
      exports: [ProcessEngine, ProcessReader],
    };
  }
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
          logger: scopedLogger(CommandDispatcher.name),
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
        new TimerRunner({ ...timers, engine: processEngine, logger: scopedLogger(TimerRunner.name) }),
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

const readiness: Provider = {
  provide: READINESS_CHECKS,
  useFactory: (
    pool: Pool,
    connection: BrokerConnection | null,
    sender: CommandSender,
    publisher: CommandPublisher,
    events: ConsumerGroup,
  ): readonly ReadinessCheck[] => [
    { name: 'process-store', check: () => pool.query('SELECT 1') },
    { name: 'process-store-migrations', check: () => requireProcessManagerMigrated(pool) },
    // Without the broker or the queues, fulfilments can still be read, and their commands wait.
    ...(connection
      ? [{ name: 'broker', neededFor: 'start' as const, check: () => connection.requireConnected() }]
      : []),
    ...(sender instanceof PostgresCommandSender
      ? [{ name: 'command-queue', neededFor: 'start' as const, check: () => sender.requireMigrated() }]
      : []),
    { name: 'commands', neededFor: 'nothing', check: () => requireNoFault(publisher) },
    { name: 'consumers', neededFor: 'nothing', check: () => requireNoFault(events) },
  ],
  inject: [PROCESS_POOL, BrokerConnection, COMMAND_SENDER, CommandPublisher, ConsumerGroup],
};
