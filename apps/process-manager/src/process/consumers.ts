import type { Provider } from '@nestjs/common';
import { FULFILMENT_GROUP, eventCodec } from '@tidemark/contracts';
import { EventStore } from '@tidemark/event-store';
import { PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import {
  ParkedWork,
  ConsumerGroup,
  PostgresGroupStore,
  PostgresParkedStore,
  scopedLogger,
} from '@tidemark/messaging';
import { Metrics, PARKED_WORK } from '@tidemark/platform';
import { ProcessEngine, processManagerSchema as schema } from '@tidemark/process-manager';
import type { Pool } from 'pg';
import type { ProcessManagerConfig } from '../config';
import { PROCESS_POOL } from './connections';
import { EventDelivery } from './event-delivery';
import { consumerMetrics } from './event-metrics';

export function consumers(config: ProcessManagerConfig): Provider[] {
  return [...parking, consumerGroup(config)];
}

/**
 * Parks streams that the fulfilment can't process. Stuck fulfilments are something else: an operator resolves them at
 * another route.
 */
const parking: Provider[] = [
  {
    provide: PostgresParkedStore,
    useFactory: (pool: Pool) => new PostgresParkedStore({ pool, schema, group: FULFILMENT_GROUP }),
    inject: [PROCESS_POOL],
  },
  {
    provide: PARKED_WORK,
    useFactory: (store: PostgresParkedStore, log: EventStore) => new ParkedWork({ store, log }),
    inject: [PostgresParkedStore, EventStore],
  },
];

/** Consumes events for the engine; its checkpoints move in the engine's transactions. */
function consumerGroup({ consumer }: ProcessManagerConfig): Provider {
  return {
    provide: ConsumerGroup,
    useFactory: (
      pool: Pool,
      parked: PostgresParkedStore,
      { delivery }: EventDelivery,
      log: EventStore,
      partitions: number,
      handler: ProcessEngine,
      metrics: Metrics,
    ) =>
      new ConsumerGroup({
        ...consumer,
        group: FULFILMENT_GROUP,
        partitions,
        log,
        handler,
        parked,
        delivery,
        codec: eventCodec,
        store: new PostgresGroupStore({ pool, schema, group: FULFILMENT_GROUP }),
        logger: scopedLogger(ConsumerGroup.name),
        hooks: consumerMetrics(metrics),
      }),
    inject: [
      PROCESS_POOL,
      PostgresParkedStore,
      EventDelivery,
      EventStore,
      PARTITION_COUNT,
      ProcessEngine,
      Metrics,
    ],
  };
}
