import type { LiveValue } from '@tidemark/kernel';
import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import type { OutgoingMessage } from '../../broker/message';
import { topologyNames } from '../../broker/topology';
import { NotConfirmedError, UnroutableMessageError } from '../../errors';
import { silentLogger, type Logger } from '../../logger';
import { RecentFailures } from '../../recent-failures';
import type { CommandSender } from '../command-sender';
import { COMMANDS_CHANNEL, requireCommandQueueMigrated } from './command-queue-schema';
import { queuePool } from './queue-pool';
import { declareQueues } from './sql/declare-queues';
import { insertCommands } from './sql/insert-commands';

export interface PostgresCommandSenderOptions {
  /** A login in the role `tidemark_command_queue_sender`. */
  readonly databaseUrl: string | LiveValue<string>;
  /** Commands are signed for this installation, as for the broker. */
  readonly prefix?: string;
  /** The queues to declare. For commands of other stream types, a receiver must have declared the queue. */
  readonly streamTypes: readonly string[];
  /** The maximum number of connections. Default 4, so that a queue that is locked does not delay the others. */
  readonly maxConnections?: number;
  readonly logger?: Logger;
}

/** The maximum number of commands that are stored by one statement. */
const MAX_BATCH = 100;

/**
 * Sends commands to the queues in Postgres. The commands of one stream type that come while a batch of them is being
 * stored form the next batch. After a batch, receivers are notified; if that fails, they find the commands by polling.
 *
 * `send` resolves after the commit, and throws StoreUnavailableError while there is no database.
 */
export class PostgresCommandSender implements CommandSender {
  readonly exchange: string;
  private readonly pool: Pool;
  private readonly logger: Logger;
  private readonly batches = new Map<string, DataLoader<OutgoingMessage, void>>();
  private readonly failures = new RecentFailures<string>();
  private declared: Promise<void> | undefined;
  private notifying: Promise<void> | undefined;
  private isToNotifyAgain = false;
  private isClosed = false;

  constructor(private readonly options: PostgresCommandSenderOptions) {
    this.exchange = topologyNames(options.prefix).commandExchange;
    const logger = options.logger ?? silentLogger;
    this.logger = logger;
    const { databaseUrl: url, maxConnections = 4 } = options;
    this.pool = queuePool({ url, applicationName: 'command-sender', maxConnections }, logger);
  }

  get errorCode(): string | undefined {
    return this.failures.errorCode;
  }

  /** @throws SchemaBehindError or a fault of the database, for readiness */
  requireMigrated(): Promise<void> {
    return requireCommandQueueMigrated(this.pool);
  }

  start(): void {
    // `send` tries again, and reports the fault.
    this.declareOnce().catch(() => {});
  }

  async send(message: OutgoingMessage, streamType: string): Promise<void> {
    if (this.isClosed) {
      throw new NotConfirmedError('the sender was closed');
    }
    let batch = this.batches.get(streamType);
    if (!batch) {
      batch = this.oneBatchAtATime(streamType);
      this.batches.set(streamType, batch);
    }
    try {
      await batch.load(message);
      this.failures.clear(streamType);
    } catch (error) {
      this.failures.add(streamType, error);
      throw error;
    }
  }

  /** Waits for the statements under way. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.notifying;
    if (!this.pool.ending) {
      await this.pool.end();
    }
  }

  private oneBatchAtATime(streamType: string): DataLoader<OutgoingMessage, void> {
    let underWay: Promise<unknown> = Promise.resolve();
    return new DataLoader(
      (messages) => {
        const stored = this.store(streamType, messages);
        underWay = stored.catch(() => {});
        return stored;
      },
      {
        cache: false,
        maxBatchSize: MAX_BATCH,
        batchScheduleFn: (send) => void underWay.then(() => setImmediate(send)),
      },
    );
  }

  private async store(
    streamType: string,
    messages: readonly OutgoingMessage[],
  ): Promise<readonly (Error | undefined)[]> {
    if (this.isClosed) {
      throw new NotConfirmedError('the sender was closed');
    }
    await this.declareOnce();
    const stored = await insertCommands(this.pool, streamType, messages);
    if (stored === undefined) {
      // An operator may have deleted the queue.
      this.declared = undefined;
      return messages.map(
        ({ properties, routingKey }) => new UnroutableMessageError(properties.messageId, routingKey),
      );
    }
    if (stored > 0) {
      this.notify();
    }
    return messages.map((_, index) =>
      index < stored ? undefined : new NotConfirmedError(`the queue ${streamType} is full`),
    );
  }

  private declareOnce(): Promise<void> {
    if (!this.declared) {
      const declaring = declareQueues(this.pool, this.options.streamTypes);
      this.declared = declaring;
      declaring.catch(() => {
        if (this.declared === declaring) {
          this.declared = undefined;
        }
      });
    }
    return this.declared;
  }

  /**
   * Not part of the statement that stores, because a commit that notifies takes a lock on the whole database. Batches
   * that are stored while a notification is under way share the next one.
   */
  private notify(): void {
    if (this.notifying) {
      this.isToNotifyAgain = true;
      return;
    }
    this.notifying = this.pool
      .query('SELECT pg_notify($1, $2)', [COMMANDS_CHANNEL, ''])
      .then(
        () => {},
        (err: unknown) => this.logger.debug({ err }, 'could not notify the receivers of commands; they poll'),
      )
      .finally(() => {
        this.notifying = undefined;
        if (this.isToNotifyAgain && !this.isClosed) {
          this.isToNotifyAgain = false;
          this.notify();
        }
      });
  }
}
