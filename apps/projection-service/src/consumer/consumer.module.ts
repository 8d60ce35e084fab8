import { Module, type DynamicModule } from '@nestjs/common';
import { PROJECTIONS_GROUP, eventCodec } from '@tidemark/contracts';
import { EventStore } from '@tidemark/event-store';
import { PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import { ConsumerGroup, ParkedWork, scopedLogger } from '@tidemark/messaging';
import {
  PARKED_WORK,
  ParkedController,
  READINESS_CHECKS,
  requireNoFault,
  type ReadinessCheck,
} from '@tidemark/platform';
import { abilityOf, GenerationRegistry, GroupFeed, ServingGate } from '@tidemark/projections';
import type { ReadStore } from '@tidemark/read-models';
import { READ_STORE } from '@tidemark/read-models/nestjs';
import type { ProjectionServiceConfig } from '../config';
import { REPLICA } from '../tokens';
import { ReadModelPlaces } from '../generations/read-model-places';
import { ListProjectionsController } from '../operations/list-projections.controller';
import { projections } from '../projections';
import { ConsumerLifecycle } from './consumer-lifecycle';
import { ConsumerMetrics } from './consumer-metrics';
import { EventDelivery } from './event-delivery';
import { LagMetrics } from './lag-metrics';
import { ParkedMetrics } from './parked-metrics';

/** Brings events from the log into the read models, and shows operators the progress. */
@Module({})
export class ConsumerModule {
  static forRoot(config: ProjectionServiceConfig): DynamicModule {
    const { consumer } = config;
    return {
      module: ConsumerModule,
      controllers: [ListProjectionsController, ParkedController],
      providers: [
        { provide: EventDelivery, useFactory: () => EventDelivery.of(config) },
        {
          provide: PARKED_WORK,
          useFactory: ({ projections: { parked } }: ReadStore, log: EventStore) =>
            new ParkedWork({ store: parked(PROJECTIONS_GROUP), log }),
          inject: [READ_STORE, EventStore],
        },
        {
          provide: ConsumerGroup,
          useFactory: (
            { delivery }: EventDelivery,
            log: EventStore,
            partitions: number,
            { projections: store }: ReadStore,
            registry: GenerationRegistry,
            places: ReadModelPlaces,
            metrics: ConsumerMetrics,
            owner: string,
          ) => {
            const parked = store.parked(PROJECTIONS_GROUP);
            const runner = new GroupFeed({
              store,
              group: PROJECTIONS_GROUP,
              projections,
              registry,
              documents: store.documents,
              parked,
              log,
              codec: eventCodec,
            });
            return new ConsumerGroup({
              ...consumer,
              group: PROJECTIONS_GROUP,
              owner,
              partitions,
              store: store.group(PROJECTIONS_GROUP, projections.map(abilityOf)),
              parked,
              log,
              delivery,
              codec: eventCodec,
              handler: places.madeBefore(runner),
              logger: scopedLogger(ConsumerGroup.name),
              hooks: metrics,
            });
          },
          inject: [
            EventDelivery,
            EventStore,
            PARTITION_COUNT,
            READ_STORE,
            GenerationRegistry,
            ReadModelPlaces,
            ConsumerMetrics,
            REPLICA,
          ],
        },
        {
          provide: READINESS_CHECKS,
          useFactory: (
            { checks }: EventDelivery,
            gate: ServingGate,
            consumers: ConsumerGroup,
          ): readonly ReadinessCheck[] => [
            ...checks,
            { name: 'projections', check: () => gate.requireOpen() },
            { name: 'consumers', neededFor: 'nothing', check: () => requireNoFault(consumers) },
          ],
          inject: [EventDelivery, ServingGate, ConsumerGroup],
        },
        ConsumerMetrics,
        LagMetrics,
        ParkedMetrics,
        ConsumerLifecycle,
      ],
    };
  }
}
