import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { eventCodec, PROJECTIONS_GROUP } from '@tidemark/contracts';
import { LOG_CHECKS, LogModule, READ_STORE_CHECKS, ReadsModule, ReadStoreModule } from '@tidemark/nestjs';
import { READINESS_CHECKS, type ReadinessCheck } from '@tidemark/platform';
import { readModels } from '@tidemark/read-models';
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

const applicationName = 'query-service';

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
          readModels: Object.values(readModels),
          applicationName,
          queryTimeLimitMs: config.queries.timeLimitMs,
          // The server itself ends a query after its time limit and reports that.
          answerTimeoutMs: config.queries.timeLimitMs + 1_000,
          record: false,
        }),
        ReadsModule.forRoot({ group: PROJECTIONS_GROUP }),
        ReadModelsModule.forRoot(config.queries),
        LogModule.forRoot({
          ...config.eventLog,
          statementTimeoutMs: config.history.timeoutMs,
          applicationName,
          codec: eventCodec,
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
        {
          provide: READINESS_CHECKS,
          useFactory: (log: readonly ReadinessCheck[], readStore: readonly ReadinessCheck[]) => [
            // Reads of the read models work without it. Routes that need the log report its outage themselves.
            ...log.map((check) => ({ ...check, neededFor: 'start' as const })),
            ...readStore,
          ],
          inject: [LOG_CHECKS, READ_STORE_CHECKS],
        },
      ],
    };
  }
}
