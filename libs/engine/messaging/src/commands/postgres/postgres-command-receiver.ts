import type { LiveValue } from '@tidemark/kernel';
import type { Pool } from 'pg';
import { topologyNames } from '../../broker/topology';
import { faultCode } from '../../errors';
import { createOwnerId } from '../../leases/owner-id';
import { MAX_TTL_MS } from '../../leases/group-store';
import { silentLogger, type Logger } from '../../logger';
import { PostgresListener } from '../../postgres-listener';
import { WorkLoop } from '../../work-loop';
import type { CommandDelivery, CommandReceiver } from '../command-receiver';
import { reasonOf } from '../dead-letters';
import { COMMANDS_CHANNEL, requireCommandQueueMigrated } from './command-queue-schema';
import { HeldCommands } from './held-commands';
import { queuePool } from './queue-pool';
import { QueueRoom } from './queue-room';
import { buryCommand } from './sql/bury-command';
import { declareQueues } from './sql/declare-queues';
import { deleteCommands } from './sql/delete-commands';
import { giveBackUnknown } from './sql/give-back-unknown';
import { noteFailure } from './sql/note-failure';
import { releaseReceiver } from './sql/release-receiver';
import { renewReceiver } from './sql/renew-receiver';
import { takeCommands, type TakenCommand } from './sql/take-commands';

export interface PostgresCommandReceiverOptions {
  /** A login in the role `tidemark_command_queue_receiver`. */
  readonly databaseUrl: string | LiveValue<string>;
  readonly prefix?: string;
  /** The queues to read. */
  readonly streamTypes: readonly string[];
  /** The maximum number of commands of one stream type that are processed at a time. Default 32. */
  readonly prefetch?: number;
  /** The longest time until the commands of a receiver that died are taken by others. Default 10 s, at most 300 s. */
  readonly leaseMs?: number;
  /** The longest time until a command that no notification announced is taken. Default 1 s. */
  readonly pollIntervalMs?: number;
  readonly logger?: Logger;
}

/** How many times a receiver renews its membership while it lasts. */
const RENEWALS = 4;

/**
 * Receives commands from the queues in Postgres. It holds the commands that it takes for as long as its membership in
 * the table `receivers` lasts, however long their handlers take. When it dies, the others take them back.
 *
 * A notification makes it look for commands, and so does an acknowledgement in a queue with more commands than it may
 * process at a time. Dead letters go to the table `dead_letters`, in the same statement that removes the command.
 */
export class PostgresCommandReceiver implements CommandReceiver {
  readonly exchange: string;
  private readonly id = createOwnerId();
  private readonly pool: Pool;
  private readonly log: Logger;
  private readonly room: QueueRoom;
  private readonly renewalMs: number;
  private readonly listener: PostgresListener;
  private readonly renewing: WorkLoop;
  private readonly acknowledging: WorkLoop;
  private readonly held = new HeldCommands();
  private readonly faults = new Map<'take' | 'renew' | 'acknowledge' | 'bury', unknown>();
  private taking: WorkLoop | undefined;
  private hasDeclared = false;
  private checkedAt = -Infinity;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: PostgresCommandReceiverOptions) {
    const { databaseUrl, prefix, streamTypes, prefetch = 32, leaseMs = 10_000 } = options;
    const log = options.logger ?? silentLogger;
    this.log = log;
    this.exchange = topologyNames(prefix).commandExchange;
    this.room = new QueueRoom(streamTypes, prefetch);
    this.pool = queuePool({ url: databaseUrl, applicationName: 'command-receiver', maxConnections: 3 }, log);
    // A commit that the database forgets in a crash means one more delivery, and an acknowledgement or dead letter that
    // is written again. Taking and removing commands need not wait for the disk.
    this.pool.on('connect', (client) => void client.query('SET synchronous_commit = off').catch(() => {}));
    this.listener = new PostgresListener({
      databaseUrl,
      channel: COMMANDS_CHANNEL,
      logger: log,
      onNotification: () => this.taking?.wake(),
      onListening: () => this.taking?.wake(),
    });
    // Others notice at their next renewal, so the membership is shorter than the lease.
    const ttlMs = Math.min((leaseMs * RENEWALS) / (RENEWALS + 1), MAX_TTL_MS);
    this.renewalMs = ttlMs / RENEWALS;
    this.renewing = new WorkLoop({
      work: () => this.watching('renew', () => this.renew(ttlMs)),
      pollIntervalMs: this.renewalMs,
    });
    this.acknowledging = new WorkLoop({
      work: () => this.watching('acknowledge', () => this.acknowledge()),
      pollIntervalMs: options.pollIntervalMs ?? 1_000,
    });
  }

  get errorCode(): string | undefined {
    const [fault] = this.faults.values();
    return fault === undefined ? undefined : faultCode(fault);
  }

  get native(): Pool {
    return this.pool;
  }

  /** @throws SchemaBehindError or a fault of the database, for readiness */
  requireMigrated(): Promise<void> {
    return requireCommandQueueMigrated(this.pool);
  }

  start(onDelivery: (delivery: CommandDelivery) => void, stopping: AbortSignal): void {
    const taking = new WorkLoop({
      work: () => this.watching('take', () => this.take(onDelivery, stopping)),
      pollIntervalMs: this.options.pollIntervalMs ?? 1_000,
    });
    this.taking = taking;
    stopping.addEventListener('abort', () => void taking.stop(), { once: true });
    this.listener.start();
    this.renewing.start();
    this.acknowledging.start();
    taking.start();
  }

  /** Removes what was acknowledged, and gives the rest back. Without a database, others take it back later. */
  close(): Promise<void> {
    return (this.closing ??= this.giveBackAndEnd());
  }

  private async giveBackAndEnd(): Promise<void> {
    await Promise.all([
      this.taking?.stop(),
      this.renewing.stop(),
      this.acknowledging.stop(),
      this.listener.close(),
    ]);
    try {
      await this.acknowledge();
      await releaseReceiver(this.pool, this.id);
    } catch (err) {
      this.log.warn({ err }, 'could not give commands back; other receivers take them when the lease ends');
    }
    await this.pool.end();
  }

  private async watching<Result>(
    part: 'take' | 'renew' | 'acknowledge',
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      const result = await work();
      this.faults.delete(part);
      return result;
    } catch (err) {
      if (!this.faults.has(part)) {
        this.log.error({ err, part }, 'could not reach the command queue; retrying');
      }
      this.faults.set(part, err);
      return undefined;
    }
  }

  private async take(
    onDelivery: (delivery: CommandDelivery) => void,
    stopping: AbortSignal,
  ): Promise<boolean> {
    if (!this.hasDeclared) {
      await declareQueues(this.pool, this.options.streamTypes);
      this.hasDeclared = true;
    }
    await this.giveBackUnknown();
    const wanted = this.room.free();
    if (wanted.size === 0) {
      return false;
    }
    const taken = await takeCommands(this.pool, this.id, wanted);
    const queues = taken.map(({ queue }) => queue);
    this.room.take(wanted, queues);
    if (!stopping.aborted) {
      taken.forEach((command) => onDelivery(this.delivery(command)));
    }
    return this.room.mayHaveMore();
  }

  /** Between two takes, each command that the table shows as taken is known, or was taken without an answer. */
  private async giveBackUnknown(): Promise<void> {
    const now = performance.now();
    if (now - this.checkedAt < this.renewalMs) {
      return;
    }
    const commands = await giveBackUnknown(this.pool, this.id, this.held.all);
    this.checkedAt = now;
    if (commands > 0) {
      this.log.info({ commands }, 'gave back commands whose delivery was lost with a connection');
    }
  }

  private async renew(ttlMs: number): Promise<void> {
    const takenBack = await renewReceiver(this.pool, this.id, ttlMs);
    if (takenBack > 0) {
      this.log.warn({ commands: takenBack }, 'took back the commands of a receiver that died');
    }
    // The first renewal is the beginning of the membership, without which nothing can be taken.
    this.taking?.wake();
  }

  private acknowledge(): Promise<boolean> {
    return this.held.removeFinished((commands) => deleteCommands(this.pool, this.id, commands));
  }

  private delivery(command: TakenCommand): CommandDelivery {
    const { queue, message_id: messageId, routing_key: routingKey, content, properties } = command;
    const { attempts, failures, losses } = command;
    const id = { queue, messageId };
    this.held.hold(id);
    return {
      message: { content, properties, fields: { exchange: this.exchange, routingKey } },
      earlier: { attempts, failures, losses },
      ack: () => {
        this.held.finish(id);
        this.acknowledging.wake();
        this.leave(queue);
      },
      noteFailure: (attempt, ownFailures, reason) => {
        const failure = { attempts: attempt, failures: ownFailures, ...reasonOf(reason) };
        noteFailure(this.pool, this.id, id, failure).catch((err: unknown) =>
          this.log.warn({ err, messageId }, 'could not note a failed attempt at a command'),
        );
      },
      bury: async (reason, attempt) => {
        try {
          await buryCommand(this.pool, this.id, id, { attempts: attempt, ...reasonOf(reason) });
        } catch (error) {
          this.faults.set('bury', error);
          throw error;
        }
        this.faults.delete('bury');
        this.held.forget(id);
        this.leave(queue);
      },
    };
  }

  private leave(queue: string): void {
    if (this.room.leave(queue)) {
      this.taking?.wake();
    }
  }
}
