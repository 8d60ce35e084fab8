import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { eventCodec } from '@tidemark/contracts';
import {
  checkPartitions,
  EventStore,
  isLogNotReady,
  PostgresEventStore,
  requireEventStoreMigrated,
} from '@tidemark/event-store';
import type { LiveValue } from '@tidemark/kernel';
import { READINESS_CHECKS, type ReadinessCheck, whenThere } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import { Pool } from 'pg';
import type { ProcessManagerConfig } from '../config';
import { nestLogger } from '../process/nest-logger';
import { PARTITION_COUNT } from './partition-count';

/** Read access to the log. Nest closes it after all its readers have stopped. */
@Module({})
export class EventLogModule implements OnApplicationShutdown {
  static forRoot({ url, maxConnections }: ProcessManagerConfig['eventLog']): DynamicModule {
    return {
      module: EventLogModule,
      global: true,
      providers: [
        { provide: Pool, useFactory: () => openPool(url, maxConnections) },
        {
          provide: PARTITION_COUNT,
          useFactory: (pool: Pool) =>
            whenThere(() => checkPartitions(pool), { what: 'the log', isPassing: isLogNotReady }),
          inject: [Pool],
        },
        {
          provide: EventStore,
          useFactory: (pool: Pool, partitions: number) =>
            new PostgresEventStore({ pool, codec: eventCodec, partitions }),
          inject: [Pool, PARTITION_COUNT],
        },
        {
          provide: READINESS_CHECKS,
          useFactory: (store: EventStore, pool: Pool): readonly ReadinessCheck[] => [
            { name: 'event-store', neededFor: 'start', check: () => store.heads() },
            {
              name: 'event-store-migrations',
              neededFor: 'start',
              check: () => requireEventStoreMigrated(pool),
            },
          ],
          inject: [EventStore, Pool],
        },
      ],
      exports: [EventStore, PARTITION_COUNT],
    };
  }

  constructor(private readonly pool: Pool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

function openPool(url: LiveValue<string>, maxConnections: number): Pool {
  const logger = nestLogger(EventLogModule.name);
  return createPool({
    url,
    maxConnections,
    applicationName: 'process-manager',
    onIdleError: (err) =>
      logger.warn({ err }, 'lost an idle connection to the log; the pool opens another when needed'),
  });
}
