import {
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PROJECTIONS_GROUP } from '@tidemark/contracts';
import { LOG_IDENTITY } from '@tidemark/event-store/nestjs';
import { READINESS_CHECKS, whenThere, type ReadinessCheck } from '@tidemark/platform';
import { LiveGenerations } from '@tidemark/projections';
import { isReadStoreNotReady, openReadStore, type ReadStore } from '@tidemark/read-models';
import type { QueryServiceConfig } from '../config';
import { ReadMetrics } from './read-metrics';
import { ReadModelReader } from './read-model-reader';
import { QUERY_TIMEOUT_MS, READ_STORE } from '../tokens';

/** The connection to the read models, open from start to shutdown. */
@Module({})
export class ReadStoreModule implements OnModuleInit, OnApplicationShutdown {
  static forRoot({ readStore, queries }: QueryServiceConfig): DynamicModule {
    const { maxConnections, ...address } = readStore;
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
                  applicationName: 'query-service',
                  maxConnections,
                  queryTimeLimitMs: queries.timeLimitMs,
                  // The server itself ends a query after its time limit and reports that.
                  answerTimeoutMs: queries.timeLimitMs + 1_000,
                  log,
                  record: false,
                }),
              { what: 'the read store', isPassing: isReadStoreNotReady },
            ),
          inject: [LOG_IDENTITY],
        },
        {
          provide: LiveGenerations,
          useFactory: ({ projections: store }: ReadStore) => {
            const logger = new Logger(LiveGenerations.name);
            return new LiveGenerations({
              store,
              group: PROJECTIONS_GROUP,
              onFailed: (err) => logger.warn({ err }, 'could not look up which generations are live'),
            });
          },
          inject: [READ_STORE],
        },
        { provide: QUERY_TIMEOUT_MS, useValue: queries.timeLimitMs },
        {
          provide: READINESS_CHECKS,
          useFactory: (store: ReadStore): readonly ReadinessCheck[] => [
            { name: 'read-store', check: () => store.requireReady() },
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
