import type { Pool } from 'pg';
import { silentLogger, type CommandEnvelope, type Logger } from '@tidemark/messaging';
import { claimDueCommands, type ClaimedCommand } from './sql/claim-due-commands';
import { returnClaimedCommands } from './sql/return-claimed-commands';
import { WorkLoop } from './work-loop';

/** How commands leave: resolves once the broker holds the command, rejects when it may not. */
export interface CommandOutlet {
  /** @param attempt 1 for the first; the others repeat it for want of an answer */
  publish(command: CommandEnvelope, attempt: number): Promise<void>;
}

export interface CommandDispatcherOptions {
  readonly pool: Pool;
  readonly process: string;
  readonly outlet: CommandOutlet;
  /** How long to wait for an answer before the first resend; doubles with each. Default 2 s. */
  readonly firstResendMs?: number;
  /** The longest wait between two resends. Default 60 s. */
  readonly maxResendMs?: number;
  /** How late a due command may be noticed, where this replica did not ask for it itself. Default 500 ms. */
  readonly pollIntervalMs?: number;
  /** Commands claimed and published at a time. Default 100. */
  readonly batchSize?: number;
  readonly logger?: Logger;
}

/**
 * Sends the commands of the outbox, and sends them again until the engine has seen their answers. Any number of
 * dispatchers may work at the same time: a command that is due is claimed by one of them.
 */
export class CommandDispatcher {
  private readonly loop: WorkLoop;
  private readonly batchSize: number;
  private readonly firstResendMs: number;
  private readonly logger: Logger;
  /** Stream types whose queue has not taken a command in this round. Their others wait, so that they delay no other type. */
  private readonly refused = new Set<string>();

  constructor(private readonly options: CommandDispatcherOptions) {
    this.batchSize = options.batchSize ?? 100;
    this.firstResendMs = options.firstResendMs ?? 2_000;
    this.logger = options.logger ?? silentLogger;
    this.loop = new WorkLoop({
      name: `command dispatcher of ${options.process}`,
      work: () => this.dispatchDue(),
      pollIntervalMs: options.pollIntervalMs ?? 500,
      logger: this.logger,
    });
  }

  start(): void {
    this.loop.start();
  }

  /** New commands were committed. */
  wake(): void {
    this.loop.wake();
  }

  /** Resolves when what was claimed is published or given back. */
  stop(): Promise<void> {
    return this.loop.stop();
  }

  /**
   * Publishes one batch of what is due now; true when there may be more. From a command that could not be published until
   * the end of the round (the answer `false`), no others of its stream type are taken.
   */
  async dispatchDue(): Promise<boolean> {
    const { pool, process, maxResendMs = 60_000 } = this.options;
    const claimed = await claimDueCommands(pool, {
      process,
      limit: this.batchSize,
      withoutStreamTypes: [...this.refused],
      firstResendMs: this.firstResendMs,
      maxResendMs,
    });
    const results = await Promise.all(claimed.map((command) => this.publish(command)));
    const failed = claimed.filter((_, index) => !results[index]);
    if (failed.length > 0) {
      failed.forEach(({ envelope }) => this.refused.add(envelope.streamType));
      const ids = failed.map(({ command_id }) => command_id);
      await returnClaimedCommands(pool, ids, this.firstResendMs);
    }
    const isMore = claimed.length === this.batchSize;
    if (!isMore) {
      this.refused.clear();
    }
    return isMore;
  }

  private async publish({ envelope, attempts }: ClaimedCommand): Promise<boolean> {
    const { commandId, correlationId, streamType, type } = envelope;
    const facts = { commandId, correlationId, command: `${streamType}.${type}`, attempt: attempts };
    try {
      await this.options.outlet.publish(envelope, attempts);
      this.logger.debug(facts, attempts === 1 ? 'sent a command' : 'sent a command again');
      return true;
    } catch (error) {
      this.logger.warn({ ...facts, err: error }, 'a command could not be sent');
      return false;
    }
  }
}
