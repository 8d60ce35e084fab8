import { Module, type DynamicModule } from '@nestjs/common';
import type { QueryServiceConfig } from '../config';
import { QUERY_TIMEOUT_MS } from '../tokens';
import { ReadMetrics } from './read-metrics';
import { ReadModelReader } from './read-model-reader';

/** The providers through which queries read the read models. */
@Module({})
export class ReadModelsModule {
  static forRoot({ timeLimitMs }: QueryServiceConfig['queries']): DynamicModule {
    return {
      module: ReadModelsModule,
      global: true,
      providers: [{ provide: QUERY_TIMEOUT_MS, useValue: timeLimitMs }, ReadMetrics, ReadModelReader],
      exports: [ReadModelReader],
    };
  }
}
