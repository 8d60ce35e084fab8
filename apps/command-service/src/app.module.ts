import { Module, type DynamicModule } from '@nestjs/common';
import { BrokerModule } from './broker/broker.module';
import type { Config } from './config';
import { CustomersModule } from './customers/customers.module';
import { EventLogModule } from './event-log/event-log.module';
import { OrdersModule } from './orders/orders.module';
import { PaymentProviderModule } from './payments/payment-provider.module';
import { PaymentsModule } from './payments/payments.module';
import { ProcessCommandsModule } from './process-commands/process-commands.module';
import { ProductsModule } from './products/products.module';
import { RelayModule } from './relay/relay.module';
import { ShipmentsModule } from './shipments/shipments.module';
import { StockModule } from './stock/stock.module';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EventLogModule.forRoot(config),
        BrokerModule.forRoot(config),
        RelayModule.forRoot(config),
        PaymentProviderModule.forRoot(config),
        CustomersModule,
        ProductsModule,
        StockModule,
        OrdersModule,
        PaymentsModule.forRoot(config),
        ShipmentsModule,
        ProcessCommandsModule,
      ],
    };
  }
}
