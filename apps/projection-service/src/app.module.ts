import { Module, type DynamicModule } from '@nestjs/common';
import { eventCodec } from '@tidemark/contracts';
import { requireEventStoreMigrated } from '@tidemark/event-store';
import { EVENT_LOG_POOL, EventLogModule } from '@tidemark/event-store/nestjs';
import { READINESS_CHECKS, whenThere, type ReadinessCheck } from '@tidemark/platform';
import { ReadStoreModule } from '@tidemark/read-models/nestjs';
import type { Pool } from 'pg';
import type { ProjectionServiceConfig } from './config';
import { ConsumerModule } from './consumer/consumer.module';
import { GenerationsModule } from './generations/generations.module';
import { VerificationModule } from './verification/verification.module';

@Module({})
export class AppModule {
  static forRoot(config: ProjectionServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EventLogModule.forRoot({
          ...config.eventLog,
          applicationName: 'projection-service',
          codec: eventCodec,
          wait: whenThere,
        }),
        ReadStoreModule.forRoot({
          ...config.readStore,
          applicationName: 'projection-service',
          record: true,
        }),
        GenerationsModule.forRoot(config),
        VerificationModule.forRoot(config.generations),
        ConsumerModule.forRoot(config),
      ],
      providers: [
        {
          provide: READINESS_CHECKS,
          useFactory: (pool: Pool): readonly ReadinessCheck[] => [
            { name: 'event-store', check: () => pool.query('SELECT 1') },
            { name: 'event-store-migrations', check: () => requireEventStoreMigrated(pool) },
          ],
          inject: [EVENT_LOG_POOL],
        },
      ],
    };
  }
}
