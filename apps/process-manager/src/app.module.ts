import { Module, type DynamicModule } from '@nestjs/common';
import { eventCodec } from '@tidemark/contracts';
import { requireEventStoreMigrated } from '@tidemark/event-store';
import { EVENT_LOG_POOL, EventLogModule } from '@tidemark/event-store/nestjs';
import { READINESS_CHECKS, whenThere, type ReadinessCheck } from '@tidemark/platform';
import type { Pool } from 'pg';
import type { ProcessManagerConfig } from './config';
import { FulfilmentsModule } from './fulfilments/fulfilments.module';
import { ProcessModule } from './process/process.module';

@Module({})
export class AppModule {
  static forRoot(config: ProcessManagerConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EventLogModule.forRoot({
          ...config.eventLog,
          applicationName: 'process-manager',
          codec: eventCodec,
          wait: whenThere,
        }),
        ProcessModule.forRoot(config),
        FulfilmentsModule,
      ],
      providers: [
        {
          provide: READINESS_CHECKS,
          useFactory: (pool: Pool): readonly ReadinessCheck[] => [
            { name: 'event-store', neededFor: 'start', check: () => pool.query('SELECT 1') },
            {
              name: 'event-store-migrations',
              neededFor: 'start',
              check: () => requireEventStoreMigrated(pool),
            },
          ],
          inject: [EVENT_LOG_POOL],
        },
      ],
    };
  }
}
