import type { ConfirmChannel } from 'amqplib';
import { doneWithin } from '../backoff';
import { NotConfirmedError, UnroutableMessageError } from '../errors';
import { closeChannel } from './close-channel';
import type { OutgoingMessage } from './message';

/**
 * A channel on which the broker confirms each accepted message. A confirm alone does not mean that the message reached
 * a queue: if it did not, `basic.return` arrives before the confirm.
 */
export class ConfirmingChannel {
  private readonly unconfirmed = new Set<string>();
  private readonly returned = new Set<string>();
  private underWay = 0;
  private isRetired = false;

  /** @param onRetired called when nothing more may be published on the channel */
  constructor(
    private readonly channel: ConfirmChannel,
    private readonly onRetired: () => void,
  ) {
    channel.once('close', () => this.retire());
    channel.on('return', ({ properties: { messageId } }) => {
      if (this.unconfirmed.has(String(messageId))) {
        this.returned.add(String(messageId));
      }
    });
  }

  /**
   * Resolves when all messages are confirmed and none was returned. A message that the broker refuses or returns fails
   * alone. After any other failure, a confirm is outstanding. So the channel is retired: publications in progress
   * continue, and no new one starts.
   *
   * @throws UnroutableMessageError, NotConfirmedError
   */
  async publish(messages: readonly OutgoingMessage[], timeoutMs: number): Promise<void> {
    this.underWay += 1;
    try {
      const outcomes = Promise.all(messages.map((message) => this.send(message)));
      if (!(await doneWithin(timeoutMs, outcomes))) {
        throw new NotConfirmedError(`${messages.length} messages were not confirmed within ${timeoutMs} ms`);
      }
      const failure = (await outcomes).find((outcome) => outcome !== undefined);
      if (failure) {
        throw failure;
      }
    } finally {
      this.underWay -= 1;
      if (messages.some(({ properties }) => this.unconfirmed.has(properties.messageId))) {
        this.retire();
      }
      await this.closeWhenDone();
    }
  }

  /** Publications under way fail. */
  async close(): Promise<void> {
    this.retire();
    await closeChannel(this.channel);
  }

  /**
   * Resolves when the broker has settled the message: with an error when it is not safe, with `undefined` when it is.
   */
  private send(message: OutgoingMessage): Promise<Error | undefined> {
    const { exchange, routingKey, content, properties } = message;
    const { messageId } = properties;
    return new Promise((resolve, reject) => {
      this.unconfirmed.add(messageId);
      const confirmed = (error: unknown) => {
        this.unconfirmed.delete(messageId);
        const wasReturned = this.returned.delete(messageId);
        if (error) {
          resolve(new NotConfirmedError(`the broker refused message ${messageId}`, { cause: error }));
        } else {
          resolve(wasReturned ? new UnroutableMessageError(messageId, routingKey) : undefined);
        }
      };
      try {
        this.channel.publish(
          exchange,
          routingKey,
          content,
          { ...properties, persistent: true, mandatory: true },
          confirmed,
        );
      } catch (error) {
        reject(new NotConfirmedError(`message ${messageId} could not be sent`, { cause: error }));
      }
    });
  }

  private retire(): void {
    if (!this.isRetired) {
      this.isRetired = true;
      this.onRetired();
    }
  }

  private async closeWhenDone(): Promise<void> {
    if (this.isRetired && this.underWay === 0) {
      await closeChannel(this.channel);
    }
  }
}
