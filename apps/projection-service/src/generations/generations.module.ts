import { Module, type DynamicModule } from '@nestjs/common';
import { PROJECTIONS_GROUP, eventCodec } from '@tidemark/contracts';
import { EventStore } from '@tidemark/event-store';
import { PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import { createOwnerId, scopedLogger } from '@tidemark/messaging';
import {
  GenerationFeeds,
  GenerationKeeper,
  GenerationRegistry,
  Rebuilds,
  ServingGate,
} from '@tidemark/projections';
import type { ReadStore } from '@tidemark/read-models';
import { READ_STORE } from '@tidemark/read-models/nestjs';
import type { ProjectionServiceConfig } from '../config';
import { projections } from '../projections';
import { REPLICA } from '../tokens';
import { GetRebuildController } from './get-rebuild/get-rebuild.controller';
import { ReadModelPlaces } from './read-model-places';
import { RebuildMetrics } from './rebuild-metrics';
import { RequestRebuildController } from './request-rebuild/request-rebuild.controller';
import { RollBackController } from './roll-back/roll-back.controller';

/** The generations of the read models: which exist, how they are filled, and what operators can request. */
@Module({})
export class GenerationsModule {
  static forRoot({ consumer, generations }: ProjectionServiceConfig): DynamicModule {
    return {
      module: GenerationsModule,
      global: true,
      controllers: [RequestRebuildController, GetRebuildController, RollBackController],
      providers: [
        { provide: REPLICA, useFactory: () => createOwnerId() },
        {
          provide: GenerationRegistry,
          useFactory: ({ projections: store }: ReadStore) => new GenerationRegistry(store),
          inject: [READ_STORE],
        },
        {
          provide: GenerationFeeds,
          useFactory: ({ projections: store }: ReadStore) => new GenerationFeeds(store, PROJECTIONS_GROUP),
          inject: [READ_STORE],
        },
        {
          provide: Rebuilds,
          useFactory: ({ projections: store }: ReadStore, registry: GenerationRegistry, log: EventStore) =>
            new Rebuilds({ store, group: PROJECTIONS_GROUP, projections, registry, log }),
          inject: [READ_STORE, GenerationRegistry, EventStore],
        },
        {
          provide: GenerationKeeper,
          useFactory: (
            { projections: store }: ReadStore,
            registry: GenerationRegistry,
            log: EventStore,
            partitions: number,
            { prepare }: ReadModelPlaces,
            owner: string,
          ) =>
            new GenerationKeeper({
              ...generations,
              store,
              group: PROJECTIONS_GROUP,
              owner,
              leaseMs: consumer.leaseMs,
              projections,
              registry,
              documents: store.documents,
              log,
              codec: eventCodec,
              partitions,
              prepare,
              logger: scopedLogger(GenerationKeeper.name),
            }),
          inject: [READ_STORE, GenerationRegistry, EventStore, PARTITION_COUNT, ReadModelPlaces, REPLICA],
        },
        {
          provide: ServingGate,
          useFactory: (registry: GenerationRegistry) =>
            new ServingGate({ registry, projections, logger: scopedLogger(ServingGate.name) }),
          inject: [GenerationRegistry],
        },
        ReadModelPlaces,
        RebuildMetrics,
      ],
      exports: [
        REPLICA,
        GenerationRegistry,
        GenerationFeeds,
        GenerationKeeper,
        Rebuilds,
        ReadModelPlaces,
        ServingGate,
      ],
    };
  }
}
