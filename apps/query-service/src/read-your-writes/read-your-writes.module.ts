import { Module, type DynamicModule } from '@nestjs/common';
import { EventStore } from '@tidemark/event-store';
import { CheckpointReader, LiveGenerations } from '@tidemark/projections';
import type { ReadStore } from '@tidemark/read-models';
import type { QueryServiceConfig } from '../config';
import { LogFollower } from '../event-log/log-follower';
import { PARTITIONS } from '../event-log/tokens';
import { PROJECTIONS_GROUP, READ_STORE } from '../read-store/tokens';
import { ReadYourWrites } from './read-your-writes';
import { TokenWaitMetrics } from './token-wait-metrics';

@Module({})
export class ReadYourWritesModule {
  static forRoot({ timeoutMs }: QueryServiceConfig['readYourWrites']): DynamicModule {
    return {
      module: ReadYourWritesModule,
      global: true,
      providers: [
        TokenWaitMetrics,
        {
          provide: ReadYourWrites,
          useFactory: (
            { db }: ReadStore,
            live: LiveGenerations,
            eventLog: LogFollower,
            log: EventStore,
            partitions: number,
            metrics: TokenWaitMetrics,
          ) =>
            new ReadYourWrites({
              readModels: new CheckpointReader({ db, log, live, group: PROJECTIONS_GROUP }),
              eventLog,
              partitions,
              timeoutMs,
              metrics,
            }),
          inject: [READ_STORE, LiveGenerations, LogFollower, EventStore, PARTITIONS, TokenWaitMetrics],
        },
      ],
      exports: [ReadYourWrites],
    };
  }
}
