import { Module, type DynamicModule } from '@nestjs/common';
import { eventCodec, PROJECTIONS_GROUP } from '@tidemark/contracts';
import {
  DELIVERY_CHECKS,
  DeliveryModule,
  LOG_CHECKS,
  LogModule,
  PROJECTIONS_CHECKS,
  ProjectionsModule,
  READ_STORE_CHECKS,
  ReadStoreModule,
} from '@tidemark/nestjs';
import { Metrics, READINESS_CHECKS, type ReadinessCheck } from '@tidemark/platform';
import { readModels } from '@tidemark/read-models';
import type { ProjectionServiceConfig } from './config';
import { consumerMetrics } from './operations/consumer-metrics';
import { uncheckedMetric } from './generations/rebuild-metrics';
import { GenerationsModule } from './generations/generations.module';
import { OperationsModule } from './operations/operations.module';
import { projections } from './projections';
import { VerificationModule } from './verification/verification.module';

const applicationName = 'projection-service';

@Module({})
export class AppModule {
  static forRoot(config: ProjectionServiceConfig): DynamicModule {
    const { eventLog, readStore, delivery, consumer, generations } = config;
    return {
      module: AppModule,
      imports: [
        LogModule.forRoot({ ...eventLog, applicationName, codec: eventCodec }),
        ReadStoreModule.forRoot({
          ...readStore,
          readModels: Object.values(readModels),
          applicationName,
          record: true,
        }),
        DeliveryModule.forRoot({
          ...(delivery.kind === 'rabbitmq' && {
            ...delivery,
            events: delivery.kind,
            brokerUrl: delivery.url,
          }),
          applicationName,
          databaseUrl: eventLog.url,
          prefetch: consumer.prefetch,
        }),
        ProjectionsModule.forRootAsync({
          inject: [Metrics],
          useFactory: (metrics: Metrics) => ({
            projections,
            group: PROJECTIONS_GROUP,
            consumer,
            generations,
            hooks: consumerMetrics(metrics),
            onUnchecked: uncheckedMetric(metrics),
          }),
        }),
        GenerationsModule,
        OperationsModule,
        VerificationModule.forRoot(generations),
      ],
      providers: [
        {
          provide: READINESS_CHECKS,
          useFactory: (
            delivery: readonly ReadinessCheck[],
            ...others: readonly (readonly ReadinessCheck[])[]
          ): readonly ReadinessCheck[] => [
            // Without events, the read models fall behind, and the service has no other work.
            ...delivery.map((check) => ({ ...check, neededFor: 'requests' as const })),
            ...others.flat(),
          ],
          inject: [DELIVERY_CHECKS, LOG_CHECKS, READ_STORE_CHECKS, PROJECTIONS_CHECKS],
        },
      ],
    };
  }
}
