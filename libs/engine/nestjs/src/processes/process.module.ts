import { ConfigurableModuleBuilder, Module, type FactoryProvider, type Type } from '@nestjs/common';
import type { EventLog } from '@tidemark/event-store';
import { EVENT_LOG } from '@tidemark/event-store/nestjs';
import { ConsumerGroup, ParkedWork } from '@tidemark/messaging';
import { createPool, type PoolOptions } from '@tidemark/postgres';
import { ProcessEngine, ProcessReader, requireProcessManagerMigrated } from '@tidemark/process-manager';
import type { Pool } from 'pg';
import type { CommandWay } from '../delivery/command-way';
import { COMMAND_WAY, EVENT_DELIVERY } from '../delivery/delivery.module';
import type { OpenDelivery } from '../delivery/open-delivery';
import { lostConnectionsOf } from '../log/open-log';
import { Opened } from '../opened';
import { OpenedModule } from '../opened.module';
import { faultCheck, type HealthCheck } from '../part';
import { ProcessesPart } from './processes-part';
import { RunningProcess, type ProcessOptions } from './running-process';

export interface ProcessModuleOptions extends ProcessOptions {
  /** The database with the schema `process_manager`. */
  readonly store: Omit<PoolOptions, 'onIdleError'>;
  /** The stream types of the commands that the process sends. */
  readonly streamTypes: readonly string[];
}

/** The token of the process's health checks: its store, its queues, its commands and its consumers. */
export const PROCESS_CHECKS = Symbol('checks of the process');

const PROCESS_POOL = Symbol('pool of the process');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ProcessModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras({}, (module) => ({ ...module, global: true }))
    .build();

const provided: readonly FactoryProvider[] = [
  of(ConsumerGroup, ({ consumers }) => consumers),
  of(ParkedWork, ({ parked }) => parked),
  of(ProcessEngine, ({ engine }) => engine),
  of(ProcessReader, ({ reader }) => reader),
];

/**
 * Runs one process, for a deployment that does nothing else: the work ends before the last requests. It provides
 * `ConsumerGroup`, `ParkedWork`, `ProcessEngine` and `ProcessReader`. Needs the `LogModule` and the `DeliveryModule`.
 */
@Module({
  imports: [OpenedModule],
  providers: [
    {
      provide: PROCESS_POOL,
      useFactory: ({ store }: ProcessModuleOptions) =>
        createPool({ ...store, onIdleError: lostConnectionsOf('processes') }),
      inject: [MODULE_OPTIONS_TOKEN],
    },
    {
      provide: ProcessesPart,
      useFactory: (
        options: ProcessModuleOptions,
        log: EventLog,
        pool: Pool,
        { delivery }: OpenDelivery,
        commands: CommandWay,
        opened: Opened,
      ) =>
        opened.addPart(
          new ProcessesPart({
            log,
            pool,
            delivery,
            sender: commands.sender(options),
            keys: commands.keys,
            processes: [options],
            areAwaited: false,
          }),
        ),
      inject: [MODULE_OPTIONS_TOKEN, EVENT_LOG, PROCESS_POOL, EVENT_DELIVERY, COMMAND_WAY, Opened],
    },
    {
      provide: RunningProcess,
      useFactory: ({ processes: [process] }: ProcessesPart) => process,
      inject: [ProcessesPart],
    },
    {
      provide: PROCESS_CHECKS,
      useFactory: (pool: Pool, { sender, publisher }: ProcessesPart, { consumers }: RunningProcess) =>
        [
          { name: 'process-store', check: () => pool.query('SELECT 1') },
          { name: 'process-store-migrations', check: () => requireProcessManagerMigrated(pool) },
          ...sender.checks,
          faultCheck('commands', publisher),
          faultCheck('consumers', consumers),
        ] satisfies readonly HealthCheck[],
      inject: [PROCESS_POOL, ProcessesPart, RunningProcess],
    },
    ...provided,
  ],
  exports: [PROCESS_CHECKS, ...provided.map(({ provide }) => provide)],
})
export class ProcessModule extends ConfigurableModuleClass {}

function of<Provided>(
  provide: Type<Provided>,
  useFactory: (process: RunningProcess) => Provided,
): FactoryProvider {
  return { provide, useFactory, inject: [RunningProcess] };
}
