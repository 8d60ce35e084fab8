import type { OutgoingMessage } from '../broker/message';
import { faultCode } from '../errors';
import type { MessageKeys } from '../signing/message-keys';
import { signMessage } from '../signing/sign-message';
import { Slots } from '../slots';
import type { CommandEnvelope } from './command-envelope';
import { commandMessage } from './command-message';
import type { CommandSender } from './command-sender';

export interface CommandPublisherOptions {
  /** Through the broker, or through a queue in Postgres. `close` closes it too. */
  readonly sender: CommandSender;
  /** A command is signed with the newest valid key whose owner is the command's actor. */
  readonly keys: MessageKeys;
  /** The maximum number of commands of one stream type in flight; further commands wait. Default 200. */
  readonly maxInFlight?: number;
}

/**
 * Sends commands. A command is safe in its queue when `publish` resolves. Stream types do not delay each other. A queue
 * that has other properties, is full or does not answer affects only the commands of its own stream type.
 */
export class CommandPublisher {
  private readonly inFlight = new Map<string, Promise<void>>();
  private readonly slots = new Map<string, Slots>();
  /** Why the last command was not signed. */
  private unsigned: unknown;

  constructor(private readonly options: CommandPublisherOptions) {}

  /** Why commands of a stream type can't be sent at the moment, for readiness; absent if all can be sent. */
  get errorCode(): string | undefined {
    return (
      this.options.sender.errorCode ?? (this.unsigned === undefined ? undefined : faultCode(this.unsigned))
    );
  }

  /** Begins to declare the queues, in the background: they need not be reachable yet. `publish` does so too. */
  start(): void {
    this.options.sender.start();
  }

  /**
   * Resolves once the command is durably in its queue. After a failure, the command may have been sent anyway. A resend
   * is safe, because the receiver recognises it by its `commandId`.
   *
   * @param attempt the sender's attempt, from 1; only the first can become a dead letter
   * @throws NoSigningKeyError, and what the sender throws
   */
  publish(command: CommandEnvelope, attempt = 1): Promise<void> {
    const already = this.inFlight.get(command.commandId);
    if (already) {
      return already;
    }
    const sending = this.send(command, attempt).finally(() => this.inFlight.delete(command.commandId));
    this.inFlight.set(command.commandId, sending);
    return sending;
  }

  /** Commands in flight fail with a retryable fault. */
  close(): Promise<void> {
    return this.options.sender.close();
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
      const { sender } = this.options;
      const message = this.sign(commandMessage(sender.exchange, command, attempt), command.actor);
      await sender.send(message, streamType);
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
