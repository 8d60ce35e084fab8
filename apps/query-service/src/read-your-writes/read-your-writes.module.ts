import { Module, type DynamicModule } from '@nestjs/common';
import { PROJECTIONS_GROUP } from '@tidemark/contracts';
import { EventStore } from '@tidemark/event-store';
import { PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import { CheckpointReader, LiveGenerations } from '@tidemark/projections';
import type { ReadStore } from '@tidemark/read-models';
import { READ_STORE } from '@tidemark/read-models/nestjs';
import type { QueryServiceConfig } from '../config';
import { LogFollower } from './log-follower';
import { LogHeads } from './log-heads';
import { ReadYourWrites } from './read-your-writes';
import { TokenWaitMetrics } from './token-wait-metrics';

@Module({})
export class ReadYourWritesModule {
  static forRoot({ timeoutMs }: QueryServiceConfig['readYourWrites']): DynamicModule {
    return {
      module: ReadYourWritesModule,
      global: true,
      providers: [
        LogFollower,
        LogHeads,
        TokenWaitMetrics,
        {
          provide: ReadYourWrites,
          useFactory: (
            { projections: store }: ReadStore,
            live: LiveGenerations,
            eventLog: LogFollower,
            log: EventStore,
            heads: LogHeads,
            partitions: number,
            metrics: TokenWaitMetrics,
          ) =>
            new ReadYourWrites({
              readModels: new CheckpointReader({ store, log, live, group: PROJECTIONS_GROUP }),
              eventLog,
              heads,
              partitions,
              timeoutMs,
              metrics,
            }),
          inject: [
            READ_STORE,
            LiveGenerations,
            LogFollower,
            EventStore,
            LogHeads,
            PARTITION_COUNT,
            TokenWaitMetrics,
          ],
        },
      ],
      exports: [ReadYourWrites],
    };
  }
}
