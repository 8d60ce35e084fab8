import type { Pool } from 'pg';
import { silentLogger, WorkLoop, type CommandEnvelope, type Logger } from '@tidemark/messaging';
import { postgresOutbox, type CommandOutbox } from './command-outbox';
import type { ClaimedCommand } from './sql/claim-due-commands';

/** Publishes a command. Resolves once the broker has stored the command. Rejects if the command may not be stored. */
export interface CommandOutlet {
  /** Why some commands can't be sent at the moment; absent if all can be sent. */
  readonly errorCode?: string | undefined;
  /** @param attempt 1 for the first; later attempts repeat the command because no answer came */
  publish(command: CommandEnvelope, attempt: number): Promise<void>;
}

export interface CommandDispatcherOptions {
  /** Where the commands are: connections to the database of `ProcessEngine`, or the outbox of `InMemoryProcess`. */
  readonly pool: Pool | CommandOutbox;
  readonly process: string;
  readonly outlet: CommandOutlet;
  /** How long to wait for an answer before the first resend; the wait doubles with each resend. Default 2 s. */
  readonly firstResendMs?: number;
  /** The longest wait between two resends. Default 60 s. */
  readonly maxResendMs?: number;
  /** The longest delay until the dispatcher notices a due command of another replica. Default 500 ms. */
  readonly pollIntervalMs?: number;
  /** The maximum number of commands that are claimed and published at a time. Default 100. */
  readonly batchSize?: number;
  readonly logger?: Logger;
}

/** How long the loop waits for a batch before it continues with the commands for other queues. */
const SLOW_AFTER_MS = 1_000;

/**
 * Sends the commands of the outbox, and sends them again until the engine has seen their answers. Any number of
 * dispatchers may work at the same time: one of them claims each command that is due. A queue that does not answer
 * delays the commands for other queues by at most a second.
 */
export class CommandDispatcher {
  private readonly loop: WorkLoop;
  private readonly slow = new Set<Promise<void>>();
  /** The number of commands in flight, for each stream type. */
  private readonly underWay = new Map<string, number>();
  private readonly outbox: CommandOutbox;
  private readonly batchSize: number;
  private readonly firstResendMs: number;
  private readonly logger: Logger;
  /**
   * Stream types whose queue refused a command in this round. Their other commands wait, so that they don't delay other
   * types.
   */
  private readonly refused = new Set<string>();

  constructor(private readonly options: CommandDispatcherOptions) {
    const { pool } = options;
    this.outbox = 'claim' in pool ? pool : postgresOutbox(pool, options.process);
    this.batchSize = options.batchSize ?? 100;
    this.firstResendMs = options.firstResendMs ?? 2_000;
    this.logger = options.logger ?? silentLogger;
    this.loop = new WorkLoop({
      work: () => this.dispatchBesideSlow(),
      pollIntervalMs: options.pollIntervalMs ?? 500,
      onFailed: (error) =>
        this.logger.error({ err: error, process: options.process }, 'could not send commands; retrying'),
    });
  }

  /** Why some commands can't be sent at the moment, for readiness; absent if all can be sent. */
  get errorCode(): string | undefined {
    return this.options.outlet.errorCode;
  }

  start(): void {
    this.loop.start();
  }

  /** Tells the dispatcher that new commands were committed. */
  wake(): void {
    this.loop.wake();
  }

  /** Resolves when every claimed command is published or returned. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await Promise.all([...this.slow]);
  }

  /**
   * Publishes one batch of the commands that are due now. Returns true if there may be more. If a command can't be
   * published, no other commands of its stream type are claimed until the end of the round. The answer `false` ends the
   * round. The same holds while commands of the type are in flight.
   */
  async dispatchDue(): Promise<boolean> {
    const { maxResendMs = 60_000 } = this.options;
    const claimed = await this.outbox.claim({
      limit: this.batchSize,
      withoutStreamTypes: [...this.refused, ...this.underWay.keys()],
      firstResendMs: this.firstResendMs,
      maxResendMs,
    });
    const results = await Promise.all(claimed.map((command) => this.publish(command)));
    const failed = claimed.filter((_, index) => !results[index]);
    if (failed.length > 0) {
      failed.forEach(({ envelope }) => this.refused.add(envelope.streamType));
      const ids = failed.map(({ command_id }) => command_id);
      await this.outbox.giveBack(ids, this.firstResendMs);
    }
    const isMore = claimed.length === this.batchSize;
    if (!isMore) {
      this.refused.clear();
    }
    return isMore;
  }

  private async dispatchBesideSlow(): Promise<boolean> {
    const batch = this.dispatchDue();
    let timer: NodeJS.Timeout | undefined;
    const isSlow = new Promise<'slow'>((resolve) => {
      timer = setTimeout(resolve, SLOW_AFTER_MS, 'slow');
    });
    const outcome = await Promise.race([batch, isSlow]).finally(() => clearTimeout(timer));
    if (outcome !== 'slow') {
      return outcome;
    }
    const finished = batch
      .then(
        () => {},
        (error: unknown) =>
          this.logger.error({ err: error }, 'could not finish a batch of commands; retrying'),
      )
      .finally(() => this.slow.delete(finished));
    this.slow.add(finished);
    return true;
  }

  private async publish({ envelope, attempts }: ClaimedCommand): Promise<boolean> {
    const { commandId, correlationId, streamType, type } = envelope;
    const facts = { commandId, correlationId, command: `${streamType}.${type}`, attempt: attempts };
    this.count(streamType, 1);
    try {
      await this.options.outlet.publish(envelope, attempts);
      this.logger.debug(facts, attempts === 1 ? 'sent a command' : 'sent a command again');
      return true;
    } catch (error) {
      this.logger.warn({ ...facts, err: error }, 'could not send a command; it is sent again later');
      return false;
    } finally {
      this.count(streamType, -1);
    }
  }

  private count(streamType: string, change: number): void {
    const count = (this.underWay.get(streamType) ?? 0) + change;
    if (count > 0) {
      this.underWay.set(streamType, count);
    } else {
      this.underWay.delete(streamType);
    }
  }
}
