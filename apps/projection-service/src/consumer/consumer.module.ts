import { Module, type DynamicModule } from '@nestjs/common';
import { eventCodec } from '@tidemark/domain';
import { EventStore } from '@tidemark/event-store';
import { BrokerConnection, ParkedWork, PartitionConsumerGroup } from '@tidemark/messaging';
import { PARKED_WORK, ParkedController, READINESS_CHECKS, type ReadinessCheck } from '@tidemark/platform';
import {
  MongoDocumentStore,
  MongoGroupStore,
  MongoParkedStore,
  ProjectionRunner,
} from '@tidemark/projections';
import type { ReadStore } from '@tidemark/read-models';
import type { ProjectionServiceConfig } from '../config';
import { PARTITION_COUNT } from '../event-log/partition-count';
import { ListProjectionsController } from '../operations/list-projections.controller';
import { projections } from '../projections';
import { READ_STORE } from '../read-store/token';
import { ConsumerIndexes } from './consumer-indexes';
import { ConsumerLifecycle } from './consumer-lifecycle';
import { ConsumerMetrics } from './consumer-metrics';
import { IndexingHandler } from './indexing-handler';
import { LagMetrics } from './lag-metrics';
import { nestLogger } from './nest-logger';
import { ParkedMetrics } from './parked-metrics';

/** The consumer group's published name: its queues, its checkpoints, and what queries wait for. */
const group = 'projections';

/** What brings the events from the log into the read models, and what operators see of it. */
@Module({})
export class ConsumerModule {
  static forRoot({ broker, consumer }: ProjectionServiceConfig): DynamicModule {
    return {
      module: ConsumerModule,
      controllers: [ListProjectionsController, ParkedController],
      providers: [
        {
          provide: BrokerConnection,
          useFactory: () =>
            new BrokerConnection({
              url: broker.url,
              name: 'projection-service',
              logger: nestLogger(BrokerConnection.name),
            }),
        },
        {
          provide: MongoParkedStore,
          useFactory: ({ db }: ReadStore) => new MongoParkedStore(db, group),
          inject: [READ_STORE],
        },
        {
          provide: PARKED_WORK,
          useFactory: (store: MongoParkedStore, log: EventStore) => new ParkedWork({ store, log }),
          inject: [MongoParkedStore, EventStore],
        },
        {
          provide: PartitionConsumerGroup,
          useFactory: (
            connection: BrokerConnection,
            log: EventStore,
            partitions: number,
            { db }: ReadStore,
            parked: MongoParkedStore,
            indexes: ConsumerIndexes,
            metrics: ConsumerMetrics,
          ) => {
            const store = new MongoGroupStore(db, group);
            const documents = new MongoDocumentStore(db);
            const runner = new ProjectionRunner({
              projections,
              documents,
              fence: store,
              parked,
              log,
              codec: eventCodec,
            });
            return new PartitionConsumerGroup({
              ...consumer,
              group,
              partitions,
              store,
              parked,
              log,
              prefix: broker.prefix,
              codec: eventCodec,
              broker: connection,
              handler: new IndexingHandler(indexes, runner),
              logger: nestLogger(PartitionConsumerGroup.name),
              hooks: metrics,
            });
          },
          inject: [
            BrokerConnection,
            EventStore,
            PARTITION_COUNT,
            READ_STORE,
            MongoParkedStore,
            ConsumerIndexes,
            ConsumerMetrics,
          ],
        },
        {
          provide: READINESS_CHECKS,
          useFactory: (connection: BrokerConnection): readonly ReadinessCheck[] => [
            { name: 'broker', check: () => requireConnected(connection) },
          ],
          inject: [BrokerConnection],
        },
        ConsumerIndexes,
        ConsumerMetrics,
        LagMetrics,
        ParkedMetrics,
        ConsumerLifecycle,
      ],
    };
  }
}

async function requireConnected(connection: BrokerConnection): Promise<void> {
  if (!connection.isConnected) {
    throw new Error('not connected to the broker');
  }
}
