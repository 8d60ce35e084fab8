import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { eventCodec } from '@tidemark/contracts';
import { requireEventStoreMigrated } from '@tidemark/event-store';
import { EVENT_LOG_POOL, EventLogModule } from '@tidemark/event-store/nestjs';
import { READINESS_CHECKS, whenThere, type ReadinessCheck } from '@tidemark/platform';
import { ReadStoreModule } from '@tidemark/read-models/nestjs';
import type { Pool } from 'pg';
import type { QueryServiceConfig } from './config';
import { CorrelationsModule } from './correlations/correlations.module';
import { CustomersModule } from './customers/customers.module';
import { OrdersModule } from './orders/orders.module';
import { ReadModelsModule } from './read-store/read-models.module';
import { ReadYourWritesModule } from './read-your-writes/read-your-writes.module';
import { SalesModule } from './sales/sales.module';
import { ShipmentsModule } from './shipments/shipments.module';
import { StockModule } from './stock/stock.module';
import { StreamsModule } from './streams/streams.module';

/** The read API: read models from their store, history and time travel from the event store. It writes nothing. */
@Module({})
export class AppModule {
  static forRoot(config: QueryServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CqrsModule.forRoot(),
        ReadStoreModule.forRoot({
          ...config.readStore,
          applicationName: 'query-service',
          queryTimeLimitMs: config.queries.timeLimitMs,
          // The server itself ends a query after its time limit and reports that.
          answerTimeoutMs: config.queries.timeLimitMs + 1_000,
          record: false,
        }),
        ReadModelsModule.forRoot(config.queries),
        EventLogModule.forRoot({
          ...config.eventLog,
          statementTimeoutMs: config.history.timeoutMs,
          applicationName: 'query-service',
          codec: eventCodec,
          wait: whenThere,
        }),
        ReadYourWritesModule.forRoot(config.readYourWrites),
        OrdersModule,
        CustomersModule,
        StockModule,
        ShipmentsModule,
        SalesModule,
        StreamsModule,
        CorrelationsModule,
      ],
      providers: [
        // Reads of the read models work without it. Routes that need the log report its outage themselves.
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
