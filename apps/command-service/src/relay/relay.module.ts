import { Module, type DynamicModule } from '@nestjs/common';
import { consumerGroups } from '@tidemark/contracts';
import { EventStore } from '@tidemark/event-store';
import { EVENT_LOG_POOL, PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import {
  BrokerConnection,
  MessageKeys,
  RelayGroup,
  PostgresGroupStore,
  PostgresWakeSource,
  scopedLogger,
} from '@tidemark/messaging';
import { Metrics, READINESS_CHECKS, requireNoFault, type ReadinessCheck } from '@tidemark/platform';
import type { Pool } from 'pg';
import type { CommandServiceConfig } from '../config';
import { LogWakeSource } from './log-wake-source';
import { RelayLifecycle } from './relay-lifecycle';
import { reportBacklog, relayMetrics } from './relay-metrics';
import { RelayStatusController } from './relay-status.controller';
import { RELAY_CONFIG } from '../tokens';

/** The outbox relay: it publishes what any replica appended. */
@Module({})
export class RelayModule {
  static forRoot({ relay: config, broker: { prefix }, store }: CommandServiceConfig): DynamicModule {
    return {
      module: RelayModule,
      controllers: [RelayStatusController],
      providers: [
        { provide: RELAY_CONFIG, useValue: config },
        {
          provide: LogWakeSource,
          useFactory: (eventStore: EventStore, pool: Pool) => {
            const logger = scopedLogger('relay');
            const others = new PostgresWakeSource({ databaseUrl: store.url, logger });
            return new LogWakeSource({ eventStore, pool, others, logger });
          },
          inject: [EventStore, EVENT_LOG_POOL],
        },
        {
          provide: RelayGroup,
          useFactory: (
            broker: BrokerConnection,
            keys: MessageKeys,
            log: EventStore,
            pool: Pool,
            partitions: number,
            wakeSource: LogWakeSource,
            metrics: Metrics,
          ) => {
            const relay = new RelayGroup({
              ...config,
              broker,
              keys,
              log,
              partitions,
              prefix,
              groups: consumerGroups,
              wakeSource,
              store: new PostgresGroupStore({ pool, schema: 'event_store', group: 'relay', mayRepeat: true }),
              logger: scopedLogger('relay'),
              hooks: relayMetrics(metrics),
            });
            reportBacklog(relay, log, metrics);
            return relay;
          },
          inject: [
            BrokerConnection,
            MessageKeys,
            EventStore,
            EVENT_LOG_POOL,
            PARTITION_COUNT,
            LogWakeSource,
            Metrics,
          ],
        },
        {
          provide: READINESS_CHECKS,
          useFactory: (relay: RelayGroup): readonly ReadinessCheck[] => [
            { name: 'relay', neededFor: 'nothing', check: () => requireNoFault(relay) },
          ],
          inject: [RelayGroup],
        },
        RelayLifecycle,
      ],
    };
  }
}
