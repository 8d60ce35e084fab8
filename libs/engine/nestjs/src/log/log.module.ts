import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import {
  openEventLog,
  requireEventStoreMigrated,
  type EventLog,
  type EventLogOptions,
} from '@tidemark/event-store';
import { EVENT_LOG, eventLogProviders } from '@tidemark/event-store/nestjs';
import type { MigrationClass } from '@tidemark/postgres';
import type { HealthCheck } from '../part';
import { Opened } from '../opened';
import { OpenedModule } from '../opened.module';
import { logChecks, lostConnectionsOf } from './open-log';
import { whenAvailable } from '../when-available';

export interface LogModuleOptions extends Omit<EventLogOptions, 'onIdleError' | 'wait' | 'partitions'> {
  /** Migrations beside the log's own that this deployment needs, such as that of the relay. */
  readonly additionalMigrations?: readonly MigrationClass[];
}

/** The token of the log's health checks. */
export const LOG_CHECKS = Symbol('checks of the log');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<LogModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({}, (module) => ({ ...module, global: true }))
  .build();

/**
 * The log, for a deployment that is made of single parts. It provides `EventStore` and the tokens of
 * `@tidemark/event-store/nestjs`. The start waits until the log is there.
 */
@Module({
  imports: [OpenedModule],
  providers: [
    { provide: EVENT_LOG, useFactory: open, inject: [MODULE_OPTIONS_TOKEN, Opened] },
    ...eventLogProviders,
    {
      provide: LOG_CHECKS,
      useFactory: (
        { additionalMigrations = [] }: LogModuleOptions,
        { pool }: EventLog,
      ): readonly HealthCheck[] =>
        logChecks(pool, () => requireEventStoreMigrated(pool, additionalMigrations)),
      inject: [MODULE_OPTIONS_TOKEN, EVENT_LOG],
    },
  ],
  exports: [EVENT_LOG, LOG_CHECKS, ...eventLogProviders.map(({ provide }) => provide)],
})
export class LogModule extends ConfigurableModuleClass {}

async function open(options: LogModuleOptions, opened: Opened): Promise<EventLog> {
  return opened.add(
    await openEventLog({ ...options, wait: whenAvailable, onIdleError: lostConnectionsOf('log') }),
  );
}
