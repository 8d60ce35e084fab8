import { Module, type DynamicModule } from '@nestjs/common';
import { eventCodec } from '@tidemark/contracts';
import { requireEventStoreMigrated } from '@tidemark/event-store';
import { EVENT_LOG_POOL, EventLogModule } from '@tidemark/event-store/nestjs';
import { Metrics, READINESS_CHECKS, whenThere, type ReadinessCheck } from '@tidemark/platform';
import type { Pool } from 'pg';
import { BrokerModule } from './broker/broker.module';
import type { CommandServiceConfig } from './config';
import { additionalMigrations } from './migrate';
import { ExecutionModule } from './write/execution.module';
import { MeteredEventStore } from './write/metered-event-store';
import { CustomersModule } from './customers/customers.module';
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
  static forRoot(config: CommandServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EventLogModule.forRootAsync({
          inject: [Metrics],
          useFactory: (metrics: Metrics) => ({
            ...config.store,
            applicationName: 'command-service',
            codec: eventCodec,
            wait: whenThere,
            createStore: (options) => new MeteredEventStore(options, metrics),
          }),
        }),
        ExecutionModule.forRoot(config.store),
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
      providers: [
        {
          provide: READINESS_CHECKS,
          useFactory: (pool: Pool): readonly ReadinessCheck[] => [
            { name: 'event-store', check: () => pool.query('SELECT 1') },
            {
              name: 'event-store-migrations',
              check: () => requireEventStoreMigrated(pool, additionalMigrations),
            },
          ],
          inject: [EVENT_LOG_POOL],
        },
      ],
    };
  }
}
