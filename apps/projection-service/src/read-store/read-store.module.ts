import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { LOG_IDENTITY } from '@tidemark/event-store/nestjs';
import { READINESS_CHECKS, whenThere, type ReadinessCheck } from '@tidemark/platform';
import { isReadStoreNotReady, openReadStore, type ReadStore } from '@tidemark/read-models';
import type { ProjectionServiceConfig } from '../config';
import { READ_STORE } from '../tokens';

/** The database of the read models, open until all its writers have stopped. */
@Module({})
export class ReadStoreModule implements OnApplicationShutdown {
  static forRoot({ maxConnections, ...address }: ProjectionServiceConfig['readStore']): DynamicModule {
    return {
      module: ReadStoreModule,
      global: true,
      providers: [
        {
          provide: READ_STORE,
          useFactory: (log: string) =>
            whenThere(
              () =>
                openReadStore(address, {
                  applicationName: 'projection-service',
                  maxConnections,
                  log,
                  record: true,
                }),
              { what: 'the read store', isPassing: isReadStoreNotReady },
            ),
          inject: [LOG_IDENTITY],
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
    };
  }

  constructor(@Inject(READ_STORE) private readonly store: ReadStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
