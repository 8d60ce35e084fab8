import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { READINESS_CHECKS, whenThere, type ReadinessCheck } from '@tidemark/platform';
import { connectReadStore, isReadStoreUnavailable, type ReadStore } from '@tidemark/read-models';
import type { ProjectionServiceConfig } from '../config';
import { READ_STORE } from '../tokens';

/** The database of the read models, open until all its writers have stopped. */
@Module({})
export class ReadStoreModule implements OnApplicationShutdown {
  static forRoot({ url, maxConnections }: ProjectionServiceConfig['readStore']): DynamicModule {
    return {
      module: ReadStoreModule,
      global: true,
      providers: [
        {
          provide: READ_STORE,
          useFactory: () =>
            whenThere(
              () => connectReadStore(url, { applicationName: 'projection-service', maxConnections }),
              {
                what: 'the read store',
                isPassing: isReadStoreUnavailable,
              },
            ),
        },
        {
          provide: READINESS_CHECKS,
          useFactory: ({ db }: ReadStore): readonly ReadinessCheck[] => [
            { name: 'mongodb', check: () => db.command({ ping: 1 }) },
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
