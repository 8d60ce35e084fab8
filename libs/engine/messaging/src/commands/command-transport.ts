import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { KeyedQueue } from '@tidemark/kernel';
import { lastValueFrom } from 'rxjs';
import { doneWithin } from '../backoff';
import { MalformedMessageError, ReceiversDiedError, UnknownPatternError } from '../errors';
import { silentLogger } from '../logger';
import type { MessageKeys } from '../signing/message-keys';
import { RefusedMessages } from '../signing/refused-messages';
import { verifyMessage, type MessageRefusal } from '../signing/verify-message';
import { CommandAttempts, type CommandAttemptsOptions } from './command-attempts';
import { CommandDeliveryContext } from './command-delivery-context';
import type { CommandEnvelope } from './command-envelope';
import { commandPattern, parseCommandMessage } from './command-message';
import type { CommandDelivery, CommandReceiver } from './command-receiver';
import { commandSpan } from './command-span';

export interface CommandTransportOptions extends CommandAttemptsOptions {
  /** From the broker, or from a queue in Postgres. `close` closes it too. */
  readonly receiver: CommandReceiver;
  /** A message counts as a command only when a key of its actor, `process:<name>`, signed it. */
  readonly keys: MessageKeys;
  /**
   * Commands with the same key run one after another in this replica, which avoids conflicts between them. By default,
   * none are serialised. Different replicas may still conflict, and optimistic locking decides.
   */
  readonly serialiseBy?: (command: CommandEnvelope) => string | undefined;
  /** How long `close` waits for handlers under way. Default 15 s. */
  readonly drainTimeoutMs?: number;
}

/** How many receivers may die while they hold a command. The next one makes it a dead letter. */
const MAX_LOSSES = 20;

/**
 * Nest's transport for commands, which come through the broker or through a queue in Postgres. Controllers have
 * `@MessagePattern('<StreamType>.<Command>')` and get the `CommandEnvelope` as payload. Pipes, guards, interceptors and
 * filters work as usual.
 *
 * A message that its actor has not signed is acknowledged and has no effect. A command is acknowledged when its handler
 * has completed without a fault, and not before. After a retryable fault, the transport tries again in place, with
 * backoff. After a fault of the environment, it does so for at most `maxWaitMs`. A command that can't be retried, fails
 * too often, has no controller or can't be read becomes a dead letter with the reason. It is acknowledged once the dead
 * letter is safe. A resend of a command (`send-attempt` above 1) leaves no dead letter in addition to that of the first
 * attempt.
 *
 * Deliveries repeat after a crash or a lost channel, so handlers must recognise a command by its id. Controllers need
 * `FaultPassingFilter`, or every fault looks retryable.
 */
export class CommandTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('tidemark-commands');
  private readonly underWay = new Set<Promise<void>>();
  private readonly byKey = new KeyedQueue();
  private readonly stopping = new AbortController();
  private readonly attempts: CommandAttempts;
  private readonly refused: RefusedMessages;

  constructor(private readonly options: CommandTransportOptions) {
    super();
    this.attempts = new CommandAttempts(options, this.stopping.signal);
    this.refused = new RefusedMessages({
      kind: 'command',
      logger: options.logger ?? silentLogger,
      onRefused: (reason) => options.hooks?.onRefused?.(reason),
    });
  }

  /** Why a queue is not consumed, or a dead letter can't be written, for readiness; absent if there is no problem. */
  get errorCode(): string | undefined {
    return this.options.receiver.errorCode;
  }

  /** Starts consuming in the background: the queues need not be reachable yet. */
  listen(callback: () => void): void {
    this.options.receiver.start((delivery) => this.receive(delivery), this.stopping.signal);
    callback();
  }

  /**
   * Starts no new work, lets running handlers finish, and acknowledges their messages. Then it gives the rest back
   * to the queues. A command that waits for its next attempt goes back too.
   */
  async close(): Promise<void> {
    this.stopping.abort();
    await doneWithin(this.options.drainTimeoutMs ?? 15_000, Promise.all([...this.underWay]));
    await this.options.receiver.close();
  }

  on(): never {
    throw new Error('the command transport emits no events; its receiver logs its own');
  }

  unwrap<T>(): T {
    return this.options.receiver.native as T;
  }

  private receive(delivery: CommandDelivery): void {
    const work = this.dispatch(delivery);
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  /** Never rejects: a delivery that is neither handled nor a dead letter stays unacknowledged. */
  private async dispatch(delivery: CommandDelivery): Promise<void> {
    const { keys, receiver } = this.options;
    const { exchange } = receiver;
    const verdict = verifyMessage(delivery.message, { keys, kind: 'command', exchange });
    if ('refused' in verdict) {
      this.drop(delivery, verdict.refused);
      return;
    }
    let command: CommandEnvelope;
    try {
      command = parseCommandMessage(delivery.message.content);
    } catch (error) {
      await this.attempts.giveUp(delivery, delivery.message.fields.routingKey, error, 0);
      return;
    }
    if (command.actor !== verdict.owner) {
      this.drop(delivery, 'wrong_sender');
      return;
    }
    const pattern = commandPattern(command);
    const { attempts, losses } = delivery.earlier;
    if (losses >= MAX_LOSSES) {
      await this.attempts.giveUp(delivery, pattern, new ReceiversDiedError(losses), attempts);
      return;
    }
    const handle = () =>
      this.attempts.handle(delivery, command, (attempt) => this.invoke(delivery, command, pattern, attempt));
    const key = this.options.serialiseBy?.(command);
    await (key === undefined ? handle() : this.byKey.run(key, handle));
  }

  /**
   * Leaves no dead letter. The number of dead letters has no bound, so a party that floods the queue would fill the
   * disk. The sender of a damaged real command gets no answer and sends the command again.
   */
  private drop(delivery: CommandDelivery, reason: MessageRefusal): void {
    this.refused.add(reason, delivery.message);
    delivery.ack();
  }

  /** Resolves when the handler's answer is complete: a value, a promise or an observable. */
  private async invoke(
    delivery: CommandDelivery,
    command: CommandEnvelope,
    pattern: string,
    attempt: number,
  ): Promise<void> {
    const handler = this.getHandlerByPattern(pattern);
    if (!handler) {
      throw new UnknownPatternError(pattern);
    }
    if (pattern !== delivery.message.fields.routingKey) {
      throw new MalformedMessageError(
        `command ${pattern} arrived with routing key ${delivery.message.fields.routingKey}`,
      );
    }
    const context = new CommandDeliveryContext([delivery.message, pattern, attempt]);
    const span = commandSpan(command, pattern, attempt);
    try {
      const traced = { ...command, ...(span.traceparent !== undefined && { traceparent: span.traceparent }) };
      const answer = this.transformToObservable(await handler(traced, context));
      await lastValueFrom(answer, { defaultValue: undefined });
      span.end();
    } catch (error) {
      span.end({ error });
      throw error;
    }
  }
}
