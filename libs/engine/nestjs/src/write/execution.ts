import {
  CommandExecutor,
  PostgresSnapshots,
  type CommandExecutorOptions,
  type EventLog,
} from '@tidemark/event-store';
import { scopedLogger } from '@tidemark/messaging';

export type ExecutionOptions = Pick<CommandExecutorOptions, 'conflictRetries' | 'onConflict'>;

/** The execution of commands on the log, with the log's snapshots. */
export class Execution {
  readonly executor: CommandExecutor;

  constructor({ store, pool }: Pick<EventLog, 'store' | 'pool'>, options: ExecutionOptions) {
    const logger = scopedLogger('event-log');
    const onSnapshotFault = (streamId: string, err: unknown) =>
      logger.warn({ err, streamId }, 'could not use a snapshot; read the whole stream instead');
    this.executor = new CommandExecutor({
      ...options,
      store,
      snapshots: new PostgresSnapshots({
        pool,
        onDamaged: (streamId) =>
          onSnapshotFault(streamId, new Error('the checksum of the snapshot is wrong')),
      }),
      onSnapshotFault,
    });
  }

  /** Waits for the snapshots that are being stored. */
  close(): Promise<void> {
    return this.executor.settled();
  }
}
