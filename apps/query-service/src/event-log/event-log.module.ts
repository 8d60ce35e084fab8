import { Inject, Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { eventCodec } from '@tidemark/contracts';
import {
  checkPartitions,
  EventStore,
  isLogNotReady,
  PostgresEventStore,
  PostgresSnapshots,
  requireEventStoreMigrated,
} from '@tidemark/event-store';
import { READINESS_CHECKS, type ReadinessCheck, whenThere } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import type { Pool } from 'pg';
import type { QueryServiceConfig } from '../config';
import { LogFollower } from './log-follower';
import { LogHeads } from './log-heads';
import { EVENT_LOG_POOL, PARTITIONS } from './tokens';

/** Read access to the event store, for answers that are folded from events instead of read from a read model. */
@Module({})
export class EventLogModule implements OnApplicationShutdown {
  static forRoot(config: QueryServiceConfig['eventLog']): DynamicModule {
    return {
      module: EventLogModule,
      global: true,
      providers: [
        { provide: EVENT_LOG_POOL, useFactory: () => openPool(config) },
        {
          provide: PARTITIONS,
          useFactory: (pool: Pool) =>
            whenThere(() => checkPartitions(pool), { what: 'the log', isPassing: isLogNotReady }),
          inject: [EVENT_LOG_POOL],
        },
        {
          provide: EventStore,
          useFactory: (pool: Pool, partitions: number) =>
            new PostgresEventStore({ pool, codec: eventCodec, partitions }),
          inject: [EVENT_LOG_POOL, PARTITIONS],
        },
        {
          provide: PostgresSnapshots,
          useFactory: (pool: Pool) => new PostgresSnapshots({ pool }),
          inject: [EVENT_LOG_POOL],
        },
        {
          provide: READINESS_CHECKS,
          useFactory: (pool: Pool): readonly ReadinessCheck[] => [
            // Reads of the read models work without it. Routes that need the log report its outage themselves.
            { name: 'event-store', neededFor: 'start', check: () => pool.query('SELECT 1') },
            { name: 'migrations', neededFor: 'start', check: () => requireEventStoreMigrated(pool) },
          ],
          inject: [EVENT_LOG_POOL],
        },
        LogFollower,
        LogHeads,
      ],
      exports: [EventStore, PostgresSnapshots, LogFollower, LogHeads, PARTITIONS],
    };
  }

  constructor(@Inject(EVENT_LOG_POOL) private readonly pool: Pool) {}

  /** Closed after the last answer. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

function openPool({ url, maxConnections, statementTimeoutMs }: QueryServiceConfig['eventLog']): Pool {
  const logger = new Logger('EventLog');
  return createPool({
    url,
    applicationName: 'query-service',
    maxConnections,
    statementTimeoutMs,
    onIdleError: (error) =>
      logger.warn({ err: error }, 'lost an idle connection to the log; the pool opens another when needed'),
  });
}
