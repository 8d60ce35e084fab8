import { Module, type DynamicModule } from '@nestjs/common';
import { aggregates, eventCodec, FULFILMENT_GROUP } from '@tidemark/contracts';
import {
  DELIVERY_CHECKS,
  DeliveryModule,
  LOG_CHECKS,
  LogModule,
  PROCESS_CHECKS,
  ProcessModule,
} from '@tidemark/nestjs';
import { Metrics, READINESS_CHECKS, type ReadinessCheck } from '@tidemark/platform';
import type { ProcessManagerConfig } from './config';
import { FulfilmentsModule } from './fulfilments/fulfilments.module';
import { fulfilmentVersions } from './order-fulfilment/versions';
import { consumerMetrics, engineMetrics } from './process/event-metrics';
import { OperationsModule } from './process/operations.module';

const applicationName = 'process-manager';

@Module({})
export class AppModule {
  static forRoot(config: ProcessManagerConfig): DynamicModule {
    const { store, eventLog, broker, consumer, commands, timers, fulfilment } = config;
    return {
      module: AppModule,
      imports: [
        LogModule.forRoot({ ...eventLog, applicationName, codec: eventCodec }),
        DeliveryModule.forRoot({
          ...broker,
          events: broker.delivery,
          brokerUrl: broker.url,
          applicationName,
          databaseUrl: eventLog.url,
          prefetch: consumer.prefetch,
        }),
        ProcessModule.forRootAsync({
          inject: [Metrics],
          useFactory: (metrics: Metrics) => ({
            definitions: fulfilmentVersions(fulfilment),
            group: FULFILMENT_GROUP,
            store: { ...store, applicationName },
            streamTypes: Object.keys(aggregates),
            consumer,
            commands,
            timers,
            hooks: engineMetrics(metrics),
            consumerHooks: consumerMetrics(metrics),
          }),
        }),
        FulfilmentsModule,
        OperationsModule,
      ],
      providers: [
        {
          provide: READINESS_CHECKS,
          useFactory: (
            log: readonly ReadinessCheck[],
            ...others: readonly (readonly ReadinessCheck[])[]
          ): readonly ReadinessCheck[] => [
            // Without the log, the broker or the queues, fulfilments can still be read, and their commands wait.
            ...log.map((check) => ({ ...check, neededFor: 'start' as const })),
            ...others.flat(),
          ],
          inject: [LOG_CHECKS, PROCESS_CHECKS, DELIVERY_CHECKS],
        },
      ],
    };
  }
}
