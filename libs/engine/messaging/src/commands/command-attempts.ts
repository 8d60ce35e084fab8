import { backoffMs, pause, type BackoffOptions } from '../backoff';
import { faultCode } from '../errors';
import { silentLogger, type Logger } from '../logger';
import { isToBeWaitedOut, isWorthRetrying } from '../retry-policy';
import type { MessageRefusal } from '../signing/verify-message';
import type { CommandEnvelope } from './command-envelope';
import { commandPattern, isResent } from './command-message';
import type { CommandDelivery } from './command-receiver';

/** `failed_again`: the message was a repetition. Only the sender's first attempt becomes a dead letter. */
export type CommandOutcome = 'handled' | 'dead_lettered' | 'failed_again';

/** Hooks for metrics, called when the events happen. They must not throw. */
export interface CommandHooks {
  /** `durationMs` counts from the first attempt. */
  onFinished?(pattern: string, outcome: CommandOutcome, attempts: number, durationMs: number): void;
  onFailed?(pattern: string, error: unknown): void;
  /** A message was ignored because its signature is missing or wrong. */
  onRefused?(reason: MessageRefusal): void;
}

export interface CommandAttemptsOptions extends BackoffOptions {
  /**
   * The number of failed attempts at one delivery before the command becomes a dead letter. Default 5. Faults of the
   * environment (`retryable: true`, unless they carry a `refusal`) do not count: the transport waits until they pass.
   */
  readonly maxAttempts?: number;
  /**
   * How long the transport waits for the environment before the command becomes a dead letter after all. The default is
   * 20 min, because the broker by default takes back a message after 30 min without an acknowledgement. It then closes
   * the channel with all its other messages.
   */
  readonly maxWaitMs?: number;
  readonly logger?: Logger;
  readonly hooks?: CommandHooks;
}

const DEFAULT_MAX_WAIT_MS = 20 * 60_000;

/**
 * Makes one attempt after another at a command, until it is handled or a dead letter. Then it acknowledges the command.
 */
export class CommandAttempts {
  private readonly log: Logger;

  constructor(
    private readonly options: CommandAttemptsOptions,
    /** Aborts when no further attempt may begin. */
    private readonly signal: AbortSignal,
  ) {
    this.log = options.logger ?? silentLogger;
  }

  /** Never rejects. A command that is interrupted by the end of the transport stays unacknowledged. */
  async handle(
    delivery: CommandDelivery,
    command: CommandEnvelope,
    invoke: (attempt: number) => Promise<void>,
  ): Promise<void> {
    const pattern = commandPattern(command);
    const { signal } = this;
    const { maxAttempts = 5, maxWaitMs = DEFAULT_MAX_WAIT_MS, hooks } = this.options;
    const startedAt = performance.now();
    let { failures } = delivery.earlier;
    for (let attempt = delivery.earlier.attempts + 1; !signal.aborted; attempt += 1) {
      try {
        await invoke(attempt);
        delivery.ack();
        hooks?.onFinished?.(pattern, 'handled', attempt, performance.now() - startedAt);
        return;
      } catch (error) {
        hooks?.onFailed?.(pattern, error);
        const isWaiting = isToBeWaitedOut(error);
        failures += isWaiting ? 0 : 1;
        const goesOn = isWaiting
          ? performance.now() - startedAt < maxWaitMs
          : failures < maxAttempts && isWorthRetrying(error);
        if (!goesOn) {
          const outcome = await this.giveUp(delivery, pattern, error, attempt);
          hooks?.onFinished?.(pattern, outcome, attempt, performance.now() - startedAt);
          return;
        }
        delivery.noteFailure(attempt, failures, error);
        const delayMs = backoffMs(attempt, this.options);
        const { commandId, correlationId } = command;
        this.log.warn(
          { err: error, pattern, commandId, correlationId, attempt, delayMs },
          'a command failed',
        );
        await pause(delayMs, signal);
      }
    }
  }

  /**
   * Leaves a dead letter for the sender's first attempt only. A sender repeats a command until it sees the answer, and
   * one dead letter is enough for all repetitions.
   */
  async giveUp(
    delivery: CommandDelivery,
    pattern: string,
    error: unknown,
    attempts: number,
  ): Promise<CommandOutcome> {
    const facts = { pattern, messageId: String(delivery.message.properties.messageId), attempts };
    const described = { err: error, ...facts, code: faultCode(error) };
    if (isResent(delivery.message)) {
      this.log.error(described, 'a resent command failed again');
      delivery.ack();
      return 'failed_again';
    }
    this.log.error(described, 'moved a command to the dead letters; it is not retried');
    const { signal } = this;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await delivery.bury(error, attempts);
        break;
      } catch (failure) {
        this.log.error({ err: failure, ...facts, attempt }, 'could not move a command to the dead letters');
        await pause(backoffMs(attempt, this.options), signal);
      }
    }
    return 'dead_lettered';
  }
}
