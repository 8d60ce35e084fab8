import { Module, type OnApplicationShutdown, Inject, type DynamicModule } from '@nestjs/common';
import { READINESS_CHECKS, type ReadinessCheck } from '@tidemark/platform';
import { connectReadStore, type ReadStore } from '@tidemark/read-models';
import type { QueryServiceConfig } from '../config';
import { ReadMetrics } from './read-metrics';
import { ReadModelReader } from './read-model-reader';
import { QUERY_TIMEOUT_MS, READ_STORE } from './tokens';

/** The connection to the read models in MongoDB, open from start to shutdown. */
@Module({})
export class ReadStoreModule implements OnApplicationShutdown {
  static forRoot({ url, maxConnections, queryTimeoutMs }: QueryServiceConfig['readStore']): DynamicModule {
    return {
      module: ReadStoreModule,
      global: true,
      providers: [
        {
          provide: READ_STORE,
          useFactory: () => connectReadStore(url, { applicationName: 'query-service', maxConnections }),
        },
        { provide: QUERY_TIMEOUT_MS, useValue: queryTimeoutMs },
        {
          provide: READINESS_CHECKS,
          useFactory: ({ db }: ReadStore): readonly ReadinessCheck[] => [
            { name: 'mongodb', check: () => db.command({ ping: 1 }) },
          ],
          inject: [READ_STORE],
        },
        ReadMetrics,
        ReadModelReader,
      ],
      exports: [READ_STORE, ReadModelReader],
    };
  }

  constructor(@Inject(READ_STORE) private readonly store: ReadStore) {}

  /** After the last answer was given. */
  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
