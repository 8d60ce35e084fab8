import { Module, type DynamicModule } from '@nestjs/common';
import { CommandExecutor, EventStore, PostgresSnapshots } from '@tidemark/event-store';
import { EVENT_LOG_POOL } from '@tidemark/event-store/nestjs';
import { systemClock } from '@tidemark/kernel';
import { scopedLogger } from '@tidemark/messaging';
import { Metrics } from '@tidemark/platform';
import type { Pool } from 'pg';
import type { CommandServiceConfig } from '../config';
import { CLOCK } from '../tokens';

/** The execution of commands on the event store. Global, because every use case needs it. */
@Module({})
export class ExecutionModule {
  static forRoot({ conflictRetries }: CommandServiceConfig['store']): DynamicModule {
    return {
      module: ExecutionModule,
      global: true,
      providers: [
        {
          provide: CommandExecutor,
          useFactory: (eventStore: EventStore, pool: Pool, metrics: Metrics) =>
            executorOf(eventStore, pool, metrics, conflictRetries),
          inject: [EventStore, EVENT_LOG_POOL, Metrics],
        },
        { provide: CLOCK, useValue: systemClock },
      ],
      exports: [CommandExecutor, CLOCK],
    };
  }
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
