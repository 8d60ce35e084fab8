import { ConfigurableModuleBuilder, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { LOG_IDENTITY } from '@tidemark/event-store/nestjs';
import { READINESS_CHECKS, whenThere, type ReadinessCheck } from '@tidemark/platform';
import { isReadStoreNotReady, type ReadStore, type ReadStoreAddress } from '@tidemark/projections';
import { openReadStore, type OwnReadStoreOptions } from '../read-store';

/** The token of the open `ReadStore`. */
export const READ_STORE = Symbol('read store');

/** The arguments of `openReadStore`. The log's identity is that of the `EventLogModule` in the same service. */
export type ReadStoreModuleOptions = ReadStoreAddress & Omit<OwnReadStoreOptions, 'log'>;

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ReadStoreModuleOptions>()
    .setClassMethodName('forRoot')
    // Global modules are destroyed last, so all readers and writers have stopped when the connections are closed.
    .setExtras({}, (module) => ({ ...module, global: true }))
    .build();

/**
 * The database of the read models, open from start to shutdown. The service starts once the database is available, is
 * ready while it answers, and ends with `ForeignReadStoreError` if it holds another installation's documents.
 */
@Module({
  providers: [
    {
      provide: READ_STORE,
      useFactory: (options: ReadStoreModuleOptions, log: string) =>
        whenThere(() => openReadStore(options, { ...options, log }), {
          what: 'the read store',
          isPassing: isReadStoreNotReady,
        }),
      inject: [MODULE_OPTIONS_TOKEN, LOG_IDENTITY],
    },
    {
      provide: READINESS_CHECKS,
      useFactory: (store: ReadStore): readonly ReadinessCheck[] => [
        { name: 'read-store', check: () => store.requireReady() },
      ],
      inject: [READ_STORE],
    },
  ],
  exports: [READ_STORE],
})
export class ReadStoreModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(READ_STORE) private readonly store: ReadStore) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
