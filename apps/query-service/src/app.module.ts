import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { QueryServiceConfig } from './config';
import { CorrelationsModule } from './correlations/correlations.module';
import { CustomersModule } from './customers/customers.module';
import { EventLogModule } from './event-log/event-log.module';
import { OrdersModule } from './orders/orders.module';
import { ReadStoreModule } from './read-store/read-store.module';
import { ReadYourWritesModule } from './read-your-writes/read-your-writes.module';
import { SalesModule } from './sales/sales.module';
import { ShipmentsModule } from './shipments/shipments.module';
import { StockModule } from './stock/stock.module';
import { StreamsModule } from './streams/streams.module';

/** The read API: read models from MongoDB, history and time travel from the event store. It writes nothing. */
@Module({})
export class AppModule {
  static forRoot(config: QueryServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CqrsModule.forRoot(),
        ReadStoreModule.forRoot(config.readStore),
        EventLogModule.forRoot(config.eventLog),
        ReadYourWritesModule.forRoot(config.readYourWrites),
        OrdersModule,
        CustomersModule,
        StockModule,
        ShipmentsModule,
        SalesModule,
        StreamsModule,
        CorrelationsModule,
      ],
    };
  }
}
