import { Module, type DynamicModule } from '@nestjs/common';
import { PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import { FollowedReadModels } from '@tidemark/nestjs';
import type { QueryServiceConfig } from '../config';
import { LogFollower } from './log-follower';
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
        TokenWaitMetrics,
        {
          provide: ReadYourWrites,
          useFactory: (
            readModels: FollowedReadModels,
            eventLog: LogFollower,
            partitions: number,
            metrics: TokenWaitMetrics,
          ) => new ReadYourWrites({ readModels, eventLog, partitions, timeoutMs, metrics }),
          inject: [FollowedReadModels, LogFollower, PARTITION_COUNT, TokenWaitMetrics],
        },
      ],
      exports: [ReadYourWrites],
    };
  }
}
