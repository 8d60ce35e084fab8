import type { ConfirmChannel, Options } from 'amqplib';
import { within } from './backoff';
import { closeChannel, type BrokerConnection } from './broker-connection';
import { BrokerUnavailableError, NotConfirmedError, UnroutableMessageError } from './errors';

export interface OutgoingMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  /** Matches a message that the broker returns; no two in flight may share it. */
  readonly properties: Options.Publish & { readonly messageId: string };
}

export interface ConfirmedPublisherOptions {
  readonly broker: BrokerConnection;
  /** Declares what is published to, each time before a new channel is used. */
  readonly declare: (signal: AbortSignal) => Promise<void>;
  /** How long the broker may take to confirm. Default 30 s. */
  readonly confirmTimeoutMs?: number;
}

/**
 * Publishes on a confirm channel of its own, persistent and mandatory. Any number of publications may be in flight. The
 * topology is declared before the first, and again after a channel was lost or a message was returned, which also heals
 * a queue that somebody deleted.
 */
export class ConfirmedPublisher {
  private readonly closing = new AbortController();
  private opening: Promise<ReturnTracking> | undefined;
  private declaring: Promise<void> | undefined;

  constructor(private readonly options: ConfirmedPublisherOptions) {}

  /**
   * Resolves when the broker has confirmed every message and returned none: all of them are then safe in at least one
   * queue each. When it throws, any part of them may have been published.
   *
   * @throws UnroutableMessageError, NotConfirmedError, TopologyMismatchError; BrokerUnavailableError after `close`
   */
  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const tracking = await this.open();
    try {
      await tracking.publish(messages, this.options.confirmTimeoutMs ?? 30_000);
    } catch (error) {
      this.declaring = undefined;
      if (!(error instanceof UnroutableMessageError)) {
        // Confirms that arrive late must not be taken for those of the next attempt.
        tracking.forget();
        await closeChannel(tracking.channel);
      }
      throw error;
    }
  }

  /** Closes the channel; what is in flight fails. */
  async close(): Promise<void> {
    this.closing.abort();
    const tracking = await this.opening?.catch(() => undefined);
    if (tracking) {
      await closeChannel(tracking.channel);
    }
  }

  private async open(): Promise<ReturnTracking> {
    const { signal } = this.closing;
    if (signal.aborted) {
      throw new BrokerUnavailableError('the publisher was closed');
    }
    await this.declare(signal);
    if (!this.opening) {
      const opening = this.openChannel(() => {
        if (this.opening === opening) {
          this.opening = undefined;
          this.declaring = undefined;
        }
      });
      this.opening = opening;
    }
    return this.opening;
  }

  private declare(signal: AbortSignal): Promise<void> {
    this.declaring ??= this.options.declare(signal).catch((error: unknown) => {
      this.declaring = undefined;
      throw error;
    });
    return this.declaring;
  }

  private async openChannel(forget: () => void): Promise<ReturnTracking> {
    try {
      const channel = await this.options.broker.openChannel('confirm', this.closing.signal);
      channel.once('close', forget);
      return new ReturnTracking(channel, forget);
    } catch (error) {
      forget();
      throw error;
    }
  }
}

/** A confirm alone does not say that a message went anywhere: `basic.return` does, and arrives before the confirm. */
class ReturnTracking {
  private readonly returned = new Set<string>();

  constructor(
    readonly channel: ConfirmChannel,
    /** Nothing more is published on this channel. Does nothing when another has taken its place already. */
    readonly forget: () => void,
  ) {
    channel.on('return', (message) => this.returned.add(String(message.properties.messageId)));
  }

  async publish(messages: readonly OutgoingMessage[], timeoutMs: number): Promise<void> {
    const allConfirmed = new Promise<void>((resolve, reject) => {
      let pending = messages.length;
      let failure: Error | undefined;
      const settle = (message: OutgoingMessage, error: unknown) => {
        if (error) {
          failure ??= new NotConfirmedError(`message ${message.properties.messageId} was not taken`, {
            cause: error,
          });
        } else if (this.returned.delete(message.properties.messageId)) {
          failure ??= new UnroutableMessageError(message.properties.messageId, message.routingKey);
        }
        pending -= 1;
        if (pending === 0) {
          if (failure) {
            reject(failure);
          } else {
            resolve();
          }
        }
      };
      if (pending === 0) {
        resolve();
      }
      for (const message of messages) {
        const { exchange, routingKey, content, properties } = message;
        const options = { ...properties, persistent: true, mandatory: true };
        this.channel.publish(exchange, routingKey, content, options, (error: unknown) =>
          settle(message, error),
        );
      }
    }).catch((error: unknown) => {
      throw error instanceof NotConfirmedError || error instanceof UnroutableMessageError
        ? error
        : new NotConfirmedError('the channel was closed', { cause: error });
    });
    if (!(await within(timeoutMs, allConfirmed))) {
      throw new NotConfirmedError(`${messages.length} messages were not confirmed within ${timeoutMs} ms`);
    }
  }
}
