import { Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { eventCodec } from '@tidemark/contracts';
import {
  checkPartitions,
  EventStore,
  isLogNotReady,
  PostgresEventStore,
  requireEventStoreMigrated,
} from '@tidemark/event-store';
import { READINESS_CHECKS, type ReadinessCheck, whenThere } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import { Pool } from 'pg';
import type { ProjectionServiceConfig } from '../config';
import { PARTITION_COUNT } from './partition-count';

/** Read access to the log, open until all its readers have stopped. */
@Module({})
export class EventLogModule implements OnApplicationShutdown {
  static forRoot({ url, maxConnections }: ProjectionServiceConfig['eventLog']): DynamicModule {
    return {
      module: EventLogModule,
      global: true,
      providers: [
        {
          provide: Pool,
          useFactory: () => {
            const logger = new Logger(EventLogModule.name);
            return createPool({
              url,
              maxConnections,
              applicationName: 'projection-service',
              onIdleError: (err) =>
                logger.warn(
                  { err },
                  'lost an idle connection to the log; the pool opens another when needed',
                ),
            });
          },
        },
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
            { name: 'event-store', check: () => store.heads() },
            { name: 'migrations', check: () => requireEventStoreMigrated(pool) },
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
