import { Module, type DynamicModule } from '@nestjs/common';
import { eventCodec } from '@tidemark/contracts';
import {
  checkPartitions,
  CommandExecutor,
  EventStore,
  isLogNotReady,
  PostgresSnapshots,
  requireEventStoreMigrated,
} from '@tidemark/event-store';
import { systemClock } from '@tidemark/kernel';
import { Metrics, READINESS_CHECKS, type ReadinessCheck, whenThere } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import type { Pool } from 'pg';
import type { Config } from '../config';
import { scopedLogger } from '../logging/scoped-logger';
import { additionalMigrations } from '../migrate';
import { CLOCK } from '../tokens';
import { MeteredEventStore } from './metered-event-store';
import { EVENT_LOG_POOL, PARTITION_COUNT } from './tokens';

/** The event store, and the execution of commands on it. Global, because every use case needs it. */
@Module({})
export class EventLogModule {
  static forRoot({ store }: Config): DynamicModule {
    return {
      module: EventLogModule,
      global: true,
      providers: [
        { provide: EVENT_LOG_POOL, useFactory: () => openPool(store) },
        {
          provide: PARTITION_COUNT,
          useFactory: (pool: Pool) =>
            whenThere(() => checkPartitions(pool), { what: 'the log', isPassing: isLogNotReady }),
          inject: [EVENT_LOG_POOL],
        },
        {
          provide: EventStore,
          useFactory: (pool: Pool, partitions: number, metrics: Metrics) =>
            new MeteredEventStore({ pool, partitions, codec: eventCodec }, metrics),
          inject: [EVENT_LOG_POOL, PARTITION_COUNT, Metrics],
        },
        {
          provide: CommandExecutor,
          useFactory: (eventStore: EventStore, pool: Pool, metrics: Metrics) =>
            executorOf(eventStore, pool, metrics, store.conflictRetries),
          inject: [EventStore, EVENT_LOG_POOL, Metrics],
        },
        { provide: CLOCK, useValue: systemClock },
        {
          provide: READINESS_CHECKS,
          useFactory: (pool: Pool): ReadinessCheck[] => [
            { name: 'postgres', check: () => pool.query('SELECT 1') },
            { name: 'migrations', check: () => requireEventStoreMigrated(pool, additionalMigrations) },
          ],
          inject: [EVENT_LOG_POOL],
        },
      ],
      exports: [EVENT_LOG_POOL, PARTITION_COUNT, EventStore, CommandExecutor, CLOCK],
    };
  }
}

function openPool({ url, poolSize, acquireTimeoutMs, statementTimeoutMs }: Config['store']): Pool {
  const logger = scopedLogger('event-log');
  return createPool({
    url,
    applicationName: 'command-service',
    maxConnections: poolSize,
    acquireTimeoutMs,
    statementTimeoutMs,
    onIdleError: (error) =>
      logger.warn({ err: error }, 'lost an idle database connection; the pool opens another when needed'),
  });
}

function executorOf(
  store: EventStore,
  pool: Pool,
  metrics: Metrics,
  conflictRetries: number,
): CommandExecutor {
  const logger = scopedLogger('event-log');
  const conflicts = metrics.counter({
    name: 'tidemark_append_conflicts_total',
    help: 'Appends that conflicted with another append to the same stream, so that the command was decided again',
    labelNames: ['stream_type'],
  });
  const onSnapshotFault = (streamId: string, err: unknown) =>
    logger.warn({ err, streamId }, 'could not use a snapshot; read the whole stream instead');
  return new CommandExecutor({
    store,
    snapshots: new PostgresSnapshots({
      pool,
      onDamaged: (streamId) => onSnapshotFault(streamId, new Error('the checksum of the snapshot is wrong')),
    }),
    conflictRetries,
    onConflict: (streamType) => conflicts.inc({ stream_type: streamType }),
    onSnapshotFault,
  });
}
