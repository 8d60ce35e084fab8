import {
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PROJECTIONS_GROUP } from '@tidemark/contracts';
import { READINESS_CHECKS, whenThere, type ReadinessCheck } from '@tidemark/platform';
import { LiveGenerations } from '@tidemark/projections';
import { connectReadStore, isReadStoreUnavailable, type ReadStore } from '@tidemark/read-models';
import type { QueryServiceConfig } from '../config';
import { ReadMetrics } from './read-metrics';
import { ReadModelReader } from './read-model-reader';
import { QUERY_TIMEOUT_MS, READ_STORE } from '../tokens';

/** The connection to the read models in MongoDB, open from start to shutdown. */
@Module({})
export class ReadStoreModule implements OnModuleInit, OnApplicationShutdown {
  static forRoot({ url, maxConnections, queryTimeoutMs }: QueryServiceConfig['readStore']): DynamicModule {
    return {
      module: ReadStoreModule,
      global: true,
      providers: [
        {
          provide: READ_STORE,
          useFactory: () =>
            whenThere(
              () =>
                connectReadStore(url, {
                  applicationName: 'query-service',
                  maxConnections,
                  // The server itself ends a query after `queryTimeoutMs` and reports that.
                  answerTimeoutMs: queryTimeoutMs + 1_000,
                }),
              { what: 'the read store', isPassing: isReadStoreUnavailable },
            ),
        },
        {
          provide: LiveGenerations,
          useFactory: ({ db }: ReadStore) => {
            const logger = new Logger(LiveGenerations.name);
            return new LiveGenerations({
              db,
              group: PROJECTIONS_GROUP,
              onFailed: (err) => logger.warn({ err }, 'could not look up which generations are live'),
            });
          },
          inject: [READ_STORE],
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
      exports: [READ_STORE, LiveGenerations, ReadModelReader],
    };
  }

  constructor(
    @Inject(READ_STORE) private readonly store: ReadStore,
    private readonly live: LiveGenerations,
  ) {}

  onModuleInit(): void {
    this.live.start();
  }

  /** Closed after the last answer. */
  async onApplicationShutdown(): Promise<void> {
    await this.live.stop();
    await this.store.close();
  }
}
