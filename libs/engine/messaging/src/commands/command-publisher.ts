import type { BackoffOptions } from '../backoff';
import type { BrokerConnection } from '../broker/broker-connection';
import { ConfirmedPublisher } from '../broker/confirmed-publisher';
import { DeclaredTopology } from '../broker/declared-topology';
import type { OutgoingMessage } from '../broker/message';
import { declareCommandTopology, topologyNames } from '../broker/topology';
import { faultCode } from '../errors';
import { silentLogger, type Logger } from '../logger';
import type { MessageKeys } from '../signing/message-keys';
import { signMessage } from '../signing/sign-message';
import type { CommandEnvelope } from './command-envelope';
import { commandMessage } from './command-message';
import { Slots } from '../slots';

export interface CommandPublisherOptions extends BackoffOptions {
  readonly broker: BrokerConnection;
  /** A command is signed with the newest valid key whose owner is the command's actor. */
  readonly keys: MessageKeys;
  readonly prefix?: string;
  /**
   * The stream types of the commands. Their queues are declared before the first command is published, so that the
   * receiver need not be available yet.
   */
  readonly streamTypes: readonly string[];
  /** The maximum number of commands of one stream type in flight; further commands wait. Default 200. */
  readonly maxInFlight?: number;
  /** How long the broker may take to confirm a command. Default 30 s. */
  readonly confirmTimeoutMs?: number;
  readonly logger?: Logger;
}

/**
 * Sends commands. A command is safe in its queue when `publish` resolves. Stream types do not delay each other: a queue
 * that has other properties, is full or does not answer only affects the commands of its own stream type.
 */
export class CommandPublisher {
  private readonly publisher: ConfirmedPublisher<string>;
  private readonly topology: DeclaredTopology<string>;
  private readonly exchange: string;
  private readonly inFlight = new Map<string, Promise<void>>();
  private readonly slots = new Map<string, Slots>();
  /** Why the last command was not signed. */
  private unsigned: unknown;

  constructor(private readonly options: CommandPublisherOptions) {
    const { broker, prefix, streamTypes, minBackoffMs, maxBackoffMs, confirmTimeoutMs } = options;
    this.exchange = topologyNames(prefix).commandExchange;
    this.topology = new DeclaredTopology({
      broker,
      minBackoffMs,
      maxBackoffMs,
      logger: options.logger ?? silentLogger,
      parts: streamTypes,
      declare: (streamType, signal) =>
        declareCommandTopology(broker, { prefix, streamTypes: [streamType] }, signal),
    });
    this.publisher = new ConfirmedPublisher({
      broker,
      declare: (signal, streamType) =>
        streamTypes.includes(streamType)
          ? this.topology.declare(streamType, signal)
          : declareCommandTopology(broker, { prefix, streamTypes: [] }, signal),
      confirmTimeoutMs,
    });
  }

  /** Why commands of a stream type can't be sent at the moment, for readiness; absent if all can be sent. */
  get errorCode(): string | undefined {
    return (
      this.options.broker.errorCode ??
      this.topology.errorCode ??
      this.publisher.errorCode ??
      (this.unsigned === undefined ? undefined : faultCode(this.unsigned))
    );
  }

  /** Begins to declare the queues, in the background: the broker need not be there yet. `publish` does so too. */
  start(): void {
    this.topology.start();
  }

  /**
   * Resolves once the broker has confirmed the command without returning it. After a failure, the command may have been
   * sent anyway. A resend is safe, because the receiver recognises it by its `commandId`. Waits while there is no
   * broker.
   *
   * @param attempt the sender's attempt, from 1; only the first can become a dead letter
   * @throws UnroutableMessageError, NotConfirmedError, TopologyMismatchError, NoSigningKeyError; BrokerUnavailableError
   * after `close`
   */
  publish(command: CommandEnvelope, attempt = 1): Promise<void> {
    const already = this.inFlight.get(command.commandId);
    if (already) {
      return already;
    }
    this.start();
    const sending = this.send(command, attempt).finally(() => this.inFlight.delete(command.commandId));
    this.inFlight.set(command.commandId, sending);
    return sending;
  }

  /** Commands in flight fail with a retryable fault. */
  async close(): Promise<void> {
    await Promise.all([this.topology.stop(), this.publisher.close()]);
  }

  private send(command: CommandEnvelope, attempt: number): Promise<void> {
    const { streamType } = command;
    let slots = this.slots.get(streamType);
    if (!slots) {
      slots = new Slots(this.options.maxInFlight ?? 200);
      this.slots.set(streamType, slots);
    }
    // Signs the command when its turn comes, with the newest key at that time.
    return slots.run(async () => {
      const message = this.sign(commandMessage(this.exchange, command, attempt), command.actor);
      await this.publisher.publish([message], streamType);
    });
  }

  private sign(message: OutgoingMessage, actor: string): OutgoingMessage {
    try {
      const signed = signMessage(message, this.options.keys.signingKey(actor));
      this.unsigned = undefined;
      return signed;
    } catch (error) {
      this.unsigned = error;
      throw error;
    }
  }
}
