import {
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnModuleInit,
} from '@nestjs/common';
import { PROJECTIONS_GROUP } from '@tidemark/contracts';
import { LiveGenerations } from '@tidemark/projections';
import type { ReadStore } from '@tidemark/read-models';
import { READ_STORE } from '@tidemark/read-models/nestjs';
import type { QueryServiceConfig } from '../config';
import { ReadMetrics } from './read-metrics';
import { ReadModelReader } from './read-model-reader';
import { QUERY_TIMEOUT_MS } from '../tokens';

/** The providers through which queries read the read models. */
@Module({})
export class ReadModelsModule implements OnModuleInit, BeforeApplicationShutdown {
  static forRoot({ timeLimitMs }: QueryServiceConfig['queries']): DynamicModule {
    return {
      module: ReadModelsModule,
      global: true,
      providers: [
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
        { provide: QUERY_TIMEOUT_MS, useValue: timeLimitMs },
        ReadMetrics,
        ReadModelReader,
      ],
      exports: [LiveGenerations, ReadModelReader],
    };
  }

  constructor(private readonly live: LiveGenerations) {}

  onModuleInit(): void {
    this.live.start();
  }

  /**
   * After this, a request looks the generations up itself if the last reading is too old. The read store is closed
   * after the last request.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await this.live.stop();
  }
}
