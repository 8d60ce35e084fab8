import { Module, type DynamicModule } from '@nestjs/common';
import { PROJECTIONS_GROUP, eventCodec } from '@tidemark/contracts';
import { EventStore } from '@tidemark/event-store';
import { PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import { createOwnerId, scopedLogger } from '@tidemark/messaging';
import {
  GenerationKeeper,
  GenerationFeeds,
  GenerationRegistry,
  MongoDocumentStore,
  MongoParkedStore,
  Rebuilds,
} from '@tidemark/projections';
import type { ReadStore } from '@tidemark/read-models';
import type { ProjectionServiceConfig } from '../config';
import { projections } from '../projections';
import { READ_STORE, REPLICA } from '../tokens';
import { GetRebuildController } from './get-rebuild/get-rebuild.controller';
import { ReadModelCollections } from './read-model-collections';
import { RebuildMetrics } from './rebuild-metrics';
import { RequestRebuildController } from './request-rebuild/request-rebuild.controller';
import { RollBackController } from './roll-back/roll-back.controller';
import { ServingGate } from './serving-gate';

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
          provide: MongoParkedStore,
          useFactory: ({ db }: ReadStore) => new MongoParkedStore(db, PROJECTIONS_GROUP),
          inject: [READ_STORE],
        },
        {
          provide: MongoDocumentStore,
          useFactory: ({ db }: ReadStore) => new MongoDocumentStore(db),
          inject: [READ_STORE],
        },
        {
          provide: GenerationRegistry,
          useFactory: ({ db }: ReadStore) => new GenerationRegistry(db),
          inject: [READ_STORE],
        },
        {
          provide: GenerationFeeds,
          useFactory: ({ db }: ReadStore) => new GenerationFeeds(db, PROJECTIONS_GROUP),
          inject: [READ_STORE],
        },
        {
          provide: Rebuilds,
          useFactory: ({ db }: ReadStore, registry: GenerationRegistry, log: EventStore) =>
            new Rebuilds({ db, group: PROJECTIONS_GROUP, projections, registry, log }),
          inject: [READ_STORE, GenerationRegistry, EventStore],
        },
        {
          provide: GenerationKeeper,
          useFactory: (
            { db }: ReadStore,
            registry: GenerationRegistry,
            documents: MongoDocumentStore,
            log: EventStore,
            partitions: number,
            { prepare }: ReadModelCollections,
            owner: string,
          ) =>
            new GenerationKeeper({
              ...generations,
              db,
              group: PROJECTIONS_GROUP,
              owner,
              leaseMs: consumer.leaseMs,
              projections,
              registry,
              documents,
              log,
              codec: eventCodec,
              partitions,
              prepare,
              logger: scopedLogger(GenerationKeeper.name),
            }),
          inject: [
            READ_STORE,
            GenerationRegistry,
            MongoDocumentStore,
            EventStore,
            PARTITION_COUNT,
            ReadModelCollections,
            REPLICA,
          ],
        },
        ReadModelCollections,
        RebuildMetrics,
        ServingGate,
      ],
      exports: [
        REPLICA,
        MongoParkedStore,
        MongoDocumentStore,
        GenerationRegistry,
        GenerationFeeds,
        GenerationKeeper,
        Rebuilds,
        ReadModelCollections,
        ServingGate,
      ],
    };
  }
}
