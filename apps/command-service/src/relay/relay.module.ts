import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { consumerGroups } from '@tidemark/contracts';
import { AppendNotifier, EventStore } from '@tidemark/event-store';
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

/**
 * Announces what any replica appended: by notifications of the database, and by the relay unless consumers follow the
 * log themselves. `RelayGroup` is `null` then.
 */
@Module({})
export class RelayModule {
  static forRoot(config: CommandServiceConfig): DynamicModule {
    return {
      module: RelayModule,
      controllers: [RelayStatusController],
      providers: [
        { provide: RELAY_CONFIG, useValue: config.relay },
        notifier,
        ...(config.broker.hasRelay
          ? relay(config, config.broker.prefix)
          : [{ provide: RelayGroup, useValue: null }]),
        RelayLifecycle,
      ],
    };
  }
}

const notifier: Provider = {
  provide: AppendNotifier,
  useFactory: (store: EventStore, pool: Pool) => {
    const logger = scopedLogger(AppendNotifier.name);
    return new AppendNotifier({
      store,
      pool,
      onError: (err) =>
        logger.warn({ err }, 'could not notify other processes of an append; they find it by polling'),
    });
  },
  inject: [EventStore, EVENT_LOG_POOL],
};

function relay({ relay: config, store }: CommandServiceConfig, prefix: string): Provider[] {
  return [
    {
      provide: LogWakeSource,
      useFactory: (eventStore: EventStore) => {
        const logger = scopedLogger('relay');
        return new LogWakeSource(eventStore, new PostgresWakeSource({ databaseUrl: store.url, logger }));
      },
      inject: [EventStore],
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
        const group = new RelayGroup({
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
        reportBacklog(group, log, metrics);
        return group;
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
      useFactory: (group: RelayGroup): readonly ReadinessCheck[] => [
        { name: 'relay', neededFor: 'nothing', check: () => requireNoFault(group) },
      ],
      inject: [RelayGroup],
    },
  ];
}
