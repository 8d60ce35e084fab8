import { Module, type DynamicModule } from '@nestjs/common';
import { aggregates, consumerGroups, eventCodec, streamOfCommand } from '@tidemark/contracts';
import {
  COMMANDS_CHECKS,
  CommandsModule,
  DELIVERY_CHECKS,
  DeliveryModule,
  ExecutionModule,
  LOG_CHECKS,
  LogModule,
  RELAY_CHECKS,
  RelayModule,
} from '@tidemark/nestjs';
import { Metrics, READINESS_CHECKS, type ReadinessCheck } from '@tidemark/platform';
import { ClockModule } from './clock.module';
import type { CommandServiceConfig } from './config';
import { CustomersModule } from './customers/customers.module';
import { additionalMigrations } from './migrate';
import { OrdersModule } from './orders/orders.module';
import { PaymentProviderModule } from './payments/payment-provider.module';
import { PaymentsModule } from './payments/payments.module';
import { commandMetrics } from './process-commands/command-metrics';
import { ProcessCommandsModule } from './process-commands/process-commands.module';
import { ProductsModule } from './products/products.module';
import { RelayStatusModule } from './relay/relay-status.module';
import { relayMetrics } from './relay/relay-metrics';
import { ShipmentsModule } from './shipments/shipments.module';
import { StockModule } from './stock/stock.module';
import { conflictMetric } from './write/conflict-metric';
import { MeteredEventStore } from './write/metered-event-store';

const applicationName = 'command-service';

@Module({})
export class AppModule {
  static forRoot(config: CommandServiceConfig): DynamicModule {
    const { store, broker, relay } = config;
    return {
      module: AppModule,
      imports: [
        LogModule.forRootAsync({
          inject: [Metrics],
          useFactory: (metrics: Metrics) => ({
            ...store,
            applicationName,
            codec: eventCodec,
            additionalMigrations,
            createStore: (options) => new MeteredEventStore(options, metrics),
          }),
        }),
        ExecutionModule.forRootAsync({
          inject: [Metrics],
          useFactory: (metrics: Metrics) => ({
            conflictRetries: store.conflictRetries,
            onConflict: conflictMetric(metrics),
          }),
        }),
        DeliveryModule.forRoot({
          ...broker,
          events: broker.hasRelay ? 'rabbitmq' : 'log',
          brokerUrl: broker.url,
          applicationName,
          databaseUrl: store.url,
        }),
        RelayModule.forRootAsync({
          inject: [Metrics],
          useFactory: (metrics: Metrics) => ({
            ...relay,
            groups: consumerGroups,
            hooks: relayMetrics(metrics),
          }),
        }),
        CommandsModule.forRootAsync({
          inject: [Metrics],
          useFactory: (metrics: Metrics) => ({
            streamTypes: Object.keys(aggregates),
            prefetch: broker.commandPrefetch,
            leaseMs: relay.leaseMs,
            maxAttempts: broker.commandMaxAttempts,
            // Commands for one stream run one after another.
            serialiseBy: streamOfCommand,
            hooks: commandMetrics(metrics),
          }),
        }),
        ClockModule,
        RelayStatusModule,
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
        // Writes are accepted without the broker: the log keeps what is to be published, and senders wait.
        {
          provide: READINESS_CHECKS,
          useFactory: (...checks: readonly (readonly ReadinessCheck[])[]) => checks.flat(),
          inject: [LOG_CHECKS, DELIVERY_CHECKS, COMMANDS_CHECKS, RELAY_CHECKS],
        },
      ],
    };
  }
}
