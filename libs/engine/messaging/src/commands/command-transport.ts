import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { KeyedQueue } from '@tidemark/kernel';
import { lastValueFrom } from 'rxjs';
import { doneWithin } from '../backoff';
import type { BrokerConnection } from '../broker/broker-connection';
import { DeclaredTopology } from '../broker/declared-topology';
import { QueueSubscription } from '../broker/queue-subscription';
import { declareCommandTopology, topologyNames } from '../broker/topology';
import { MalformedMessageError, UnknownPatternError } from '../errors';
import { silentLogger, type Logger } from '../logger';
import type { MessageKeys } from '../signing/message-keys';
import { RefusedMessages } from '../signing/refused-messages';
import { verifyMessage, type MessageRefusal } from '../signing/verify-message';
import { CommandAttempts, type CommandAttemptsOptions, type Delivery } from './command-attempts';
import { CommandDeliveryContext } from './command-delivery-context';
import type { CommandEnvelope } from './command-envelope';
import { commandPattern, parseCommandMessage } from './command-message';
import { commandSpan } from './command-span';
import { DeadLetters } from './dead-letters';

export interface CommandTransportOptions extends CommandAttemptsOptions {
  readonly broker: BrokerConnection;
  /** A message counts as a command only when a key of its actor, `process:<name>`, signed it. */
  readonly keys: MessageKeys;
  readonly prefix?: string;
  /** The queues to consume: `<prefix>.commands.<StreamType>`. */
  readonly streamTypes: readonly string[];
  /** The maximum number of commands of one stream type that are processed at a time. Default 32. */
  readonly prefetch?: number;
  /**
   * Commands with the same key run one after another in this replica, which avoids conflicts between them. By default,
   * none are serialised. Different replicas may still conflict, and optimistic locking decides.
   */
  readonly serialiseBy?: (command: CommandEnvelope) => string | undefined;
  /** How long the broker may take to confirm a dead letter. Default 30 s. */
  readonly confirmTimeoutMs?: number;
  /** How long `close` waits for handlers under way. Default 15 s. */
  readonly drainTimeoutMs?: number;
}

/**
 * Nest's transport for commands from the broker. Controllers have `@MessagePattern('<StreamType>.<Command>')` and get
 * the `CommandEnvelope` as payload. Pipes, guards, interceptors and filters work as usual.
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
  private readonly subscriptions: QueueSubscription[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly byKey = new KeyedQueue();
  private readonly stopping = new AbortController();
  private readonly deadLetters: DeadLetters;
  private readonly attempts: CommandAttempts;
  private readonly refused: RefusedMessages;
  private readonly exchange: string;
  private readonly topology: DeclaredTopology<string>;
  private readonly log: Logger;

  constructor(private readonly options: CommandTransportOptions) {
    super();
    this.log = options.logger ?? silentLogger;
    const { broker, prefix, streamTypes, minBackoffMs, maxBackoffMs, confirmTimeoutMs } = options;
    this.deadLetters = new DeadLetters(broker, prefix, confirmTimeoutMs);
    this.attempts = new CommandAttempts(options, this.deadLetters, this.stopping.signal);
    this.exchange = topologyNames(prefix).commandExchange;
    this.refused = new RefusedMessages({
      kind: 'command',
      logger: this.log,
      onRefused: (reason) => options.hooks?.onRefused?.(reason),
    });
    this.topology = new DeclaredTopology({
      broker,
      minBackoffMs,
      maxBackoffMs,
      logger: this.log,
      parts: streamTypes,
      declare: (streamType, signal) =>
        declareCommandTopology(broker, { prefix, streamTypes: [streamType] }, signal),
    });
  }

  /** Why a queue is not consumed, or a dead letter can't be written, for readiness; absent if there is no problem. */
  get errorCode(): string | undefined {
    const notConsumed = this.subscriptions
      .map(({ errorCode }) => errorCode)
      .find((code) => code !== undefined);
    return (
      this.options.broker.errorCode ?? this.topology.errorCode ?? notConsumed ?? this.deadLetters.errorCode
    );
  }

  /** Starts consuming in the background: the broker need not be available yet. */
  listen(callback: () => void): void {
    const { broker, prefix, streamTypes, prefetch = 32, minBackoffMs, maxBackoffMs } = this.options;
    for (const streamType of streamTypes) {
      const subscription = new QueueSubscription({
        broker,
        prefetch,
        minBackoffMs,
        maxBackoffMs,
        logger: this.log,
        queue: topologyNames(prefix).commandQueue(streamType),
        declare: (signal) => this.topology.declare(streamType, signal),
        onDelivery: (message) => this.receive({ message, ack: () => subscription.ack([message]) }),
        onReset: () => {},
      });
      this.subscriptions.push(subscription);
      subscription.start();
    }
    callback();
  }

  /**
   * Starts no new work, lets running handlers finish, and acknowledges their messages. Then it closes the channels,
   * which returns the rest to the queues. A command that waits for its next attempt goes back too.
   */
  async close(): Promise<void> {
    this.stopping.abort();
    await doneWithin(this.options.drainTimeoutMs ?? 15_000, Promise.all([...this.underWay]));
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.close()));
    await this.deadLetters.close();
  }

  on(): never {
    throw new Error('the command transport emits no events; the broker connection logs its own');
  }

  unwrap<T>(): T {
    return this.options.broker as T;
  }

  private receive(delivery: Delivery): void {
    if (this.stopping.signal.aborted) {
      return;
    }
    const work = this.dispatch(delivery);
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  /** Never rejects: a delivery that is neither handled nor a dead letter stays unacknowledged. */
  private async dispatch(delivery: Delivery): Promise<void> {
    const { exchange, options } = this;
    const verdict = verifyMessage(delivery.message, { keys: options.keys, kind: 'command', exchange });
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
    const handle = () =>
      this.attempts.handle(delivery, command, (attempt) => this.invoke(delivery, command, pattern, attempt));
    const key = this.options.serialiseBy?.(command);
    await (key === undefined ? handle() : this.byKey.run(key, handle));
  }

  /**
   * Leaves no dead letter. The number of dead letters has no bound, so a party that floods the queue would fill the
   * broker's disk. The sender of a damaged real command gets no answer and sends the command again.
   */
  private drop(delivery: Delivery, reason: MessageRefusal): void {
    this.refused.add(reason, delivery.message);
    delivery.ack();
  }

  /** Resolves when the handler's answer is complete: a value, a promise or an observable. */
  private async invoke(
    delivery: Delivery,
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
