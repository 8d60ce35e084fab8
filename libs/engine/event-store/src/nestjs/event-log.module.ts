import {
  ConfigurableModuleBuilder,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { openEventLog, type EventLog, type EventLogOptions } from '../open-event-log';
import { EVENT_LOG, eventLogProviders } from './event-log-providers';

export type EventLogModuleOptions = Omit<EventLogOptions, 'onIdleError' | 'partitions'>;

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<EventLogModuleOptions>()
    .setClassMethodName('forRoot')
    // Global modules are destroyed last, so all readers of the log have stopped when its pool ends.
    .setExtras({}, (module) => ({ ...module, global: true }))
    .build();

/** The event store of a service, with the pool that it runs on. */
@Module({
  providers: [{ provide: EVENT_LOG, useFactory: open, inject: [MODULE_OPTIONS_TOKEN] }, ...eventLogProviders],
  exports: eventLogProviders.map(({ provide }) => provide),
})
export class EventLogModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.log.close();
  }
}

function open(options: EventLogModuleOptions): Promise<EventLog> {
  const logger = new Logger(EventLogModule.name);
  return openEventLog({
    ...options,
    onIdleError: (err) =>
      logger.warn({ err }, 'lost an idle connection to the log; the pool opens another when needed'),
  });
}
