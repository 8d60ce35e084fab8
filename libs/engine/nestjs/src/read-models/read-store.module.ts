import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { LOG_IDENTITY } from '@tidemark/event-store/nestjs';
import {
  isReadStoreNotReady,
  openReadStore,
  type OwnReadStoreOptions,
  type ReadStore,
  type ReadStoreAddress,
} from '@tidemark/projections';
import { whenAvailable } from '../when-available';
import { Opened } from '../opened';
import { OpenedModule } from '../opened.module';
import type { HealthCheck } from '../part';

/** The token of the open `ReadStore`. */
export const READ_STORE = Symbol('read store');

/** The token of the health checks of the read store. */
export const READ_STORE_CHECKS = Symbol('checks of the read store');

export type ReadStoreModuleOptions = ReadStoreAddress & Omit<OwnReadStoreOptions, 'log'>;

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ReadStoreModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras({}, (module) => ({ ...module, global: true }))
    .build();

/**
 * The database of the read models, for a deployment that is made of single parts. The start waits until the database is
 * available, and ends with `ForeignReadStoreError` if it holds another installation's documents. Needs the `LogModule`.
 */
@Module({
  imports: [OpenedModule],
  providers: [
    {
      provide: READ_STORE,
      useFactory: async (options: ReadStoreModuleOptions, log: string, opened: Opened): Promise<ReadStore> =>
        opened.add(
          await whenAvailable(() => openReadStore(options, { ...options, log }), {
            what: 'the read store',
            isPassing: isReadStoreNotReady,
          }),
        ),
      inject: [MODULE_OPTIONS_TOKEN, LOG_IDENTITY, Opened],
    },
    {
      provide: READ_STORE_CHECKS,
      useFactory: (store: ReadStore): readonly HealthCheck[] => [
        { name: 'read-store', check: () => store.requireReady() },
      ],
      inject: [READ_STORE],
    },
  ],
  exports: [READ_STORE, READ_STORE_CHECKS],
})
export class ReadStoreModule extends ConfigurableModuleClass {}
