import {
  ConfigurableModuleBuilder,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { EventCodec, Wait } from '@tidemark/kernel';
import { createPool, type PoolOptions } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { checkPartitions, isLogNotReady } from '../check-partitions';
import { EventStore } from '../event-store';
import { logIdentity } from '../log-identity';
import { PostgresEventStore, type PostgresEventStoreOptions } from '../postgres-event-store';

/** The token of the `Pool` that the event store runs on. */
export const EVENT_LOG_POOL = Symbol('event log pool');

/** The token of the number of partitions that the log was created with. */
export const PARTITION_COUNT = Symbol('partition count');

/** The token of the log's identity; see `logIdentity`. */
export const LOG_IDENTITY = Symbol('log identity');

export interface EventLogModuleOptions extends Omit<PoolOptions, 'onIdleError'> {
  readonly codec: EventCodec;
  readonly wait: Wait;
  /** Makes the store that the service injects as `EventStore`. Default: a `PostgresEventStore`. */
  readonly createStore?: (options: PostgresEventStoreOptions) => EventStore;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<EventLogModuleOptions>()
    .setClassMethodName('forRoot')
    // Global modules are destroyed last, so all readers of the log have stopped when its pool ends.
    .setExtras({}, (module) => ({ ...module, global: true }))
    .build();

/** The event store of a service, with the pool that it runs on. */
@Module({
  providers: [
    { provide: EVENT_LOG_POOL, useFactory: openPool, inject: [MODULE_OPTIONS_TOKEN] },
    {
      provide: PARTITION_COUNT,
      useFactory: ({ wait }: EventLogModuleOptions, pool: Pool) =>
        wait(() => checkPartitions(pool), { what: 'the log', isPassing: isLogNotReady }),
      inject: [MODULE_OPTIONS_TOKEN, EVENT_LOG_POOL],
    },
    {
      provide: LOG_IDENTITY,
      useFactory: ({ wait }: EventLogModuleOptions, pool: Pool) =>
        wait(() => logIdentity(pool), { what: 'the log', isPassing: isLogNotReady }),
      inject: [MODULE_OPTIONS_TOKEN, EVENT_LOG_POOL],
    },
    {
      provide: EventStore,
      useFactory: (options: EventLogModuleOptions, pool: Pool, partitions: number) => {
        const { codec, createStore = (one) => new PostgresEventStore(one) } = options;
        return createStore({ pool, partitions, codec });
      },
      inject: [MODULE_OPTIONS_TOKEN, EVENT_LOG_POOL, PARTITION_COUNT],
    },
  ],
  exports: [EVENT_LOG_POOL, PARTITION_COUNT, LOG_IDENTITY, EventStore],
})
export class EventLogModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(EVENT_LOG_POOL) private readonly pool: Pool) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

function openPool(options: EventLogModuleOptions): Pool {
  const logger = new Logger(EventLogModule.name);
  return createPool({
    ...options,
    onIdleError: (err) =>
      logger.warn({ err }, 'lost an idle connection to the log; the pool opens another when needed'),
  });
}
