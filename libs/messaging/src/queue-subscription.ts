import type { Channel, ConsumeMessage } from 'amqplib';
import { backoffMs, pause, type BackoffOptions } from './backoff';
import { closeChannel, type BrokerConnection } from './broker-connection';
import { TopologyMismatchError } from './errors';
import type { Logger } from './logger';

export interface QueueSubscriptionOptions extends BackoffOptions {
  readonly broker: BrokerConnection;
  readonly queue: string;
  /** How many messages may be unacknowledged at a time. */
  readonly prefetch: number;
  /** Declares the queue, each time before it is consumed. Says itself what does not fit. */
  readonly declare: (signal: AbortSignal) => Promise<void>;
  readonly onDelivery: (message: ConsumeMessage) => void;
  /** The channel is gone: what it delivered and nobody acknowledged will be delivered again. */
  readonly onReset: () => void;
  readonly logger: Logger;
}

/**
 * Consumes one queue on a channel of its own, and opens the next when that one is closed, by whomever. It never hands a
 * message back by itself; `close` closes the channel, which returns what was not acknowledged, in order.
 */
export class QueueSubscription {
  private readonly closing = new AbortController();
  private running: Promise<void> | undefined;
  private unacknowledged: Unacknowledged | undefined;

  constructor(private readonly options: QueueSubscriptionOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Does nothing for messages of a channel that is gone: the broker has taken them back. */
  ack(messages: readonly ConsumeMessage[]): void {
    this.unacknowledged?.ack(messages);
  }

  /** Resolves when the channel is closed, after which nothing is delivered any more. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    const { queue, logger } = this.options;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await this.consumeUntilClosed(() => (attempt = 0));
      } catch (error) {
        if (!signal.aborted) {
          const delayMs = backoffMs(Math.max(attempt, 1), this.options);
          if (!(error instanceof TopologyMismatchError)) {
            logger.error({ err: error, queue, attempt, delayMs }, 'could not consume');
          }
          await pause(delayMs, signal);
        }
      }
    }
  }

  private async consumeUntilClosed(consuming: () => void): Promise<void> {
    const { broker, queue, prefetch, declare, onReset, logger } = this.options;
    const { signal } = this.closing;
    await declare(signal);
    const channel = await broker.openChannel('plain', signal);
    const closed = new Promise<void>((resolve) => channel.once('close', resolve));
    const close = () => void closeChannel(channel);
    signal.addEventListener('abort', close, { once: true });
    const unacknowledged = new Unacknowledged(channel);
    this.unacknowledged = unacknowledged;
    try {
      await channel.prefetch(prefetch);
      await channel.consume(queue, (message) => {
        if (signal.aborted) {
          return;
        }
        if (message) {
          unacknowledged.add(message);
          this.options.onDelivery(message);
        } else {
          // The queue was deleted: declaring it again is what the next channel begins with.
          logger.warn({ queue }, 'the broker ended the consumer');
          close();
        }
      });
      consuming();
      logger.debug({ queue }, 'consuming');
      await closed;
    } finally {
      signal.removeEventListener('abort', close);
      this.unacknowledged = undefined;
      await closeChannel(channel);
      onReset();
    }
  }
}

/** What one channel delivered and nobody acknowledged yet, in the order of delivery. */
class Unacknowledged {
  private readonly messages = new Set<ConsumeMessage>();

  constructor(private readonly channel: Channel) {}

  add(message: ConsumeMessage): void {
    this.messages.add(message);
  }

  /**
   * One acknowledgement for everything that nothing older is left of, usually the whole batch. A quorum queue buffers
   * what exceeds 32 acknowledgements on their way, and forgets the buffer when the channel closes.
   */
  ack(done: readonly ConsumeMessage[]): void {
    const mine = done.filter((message) => this.messages.delete(message));
    const [oldest] = this.messages;
    const oldestTag = oldest?.fields.deliveryTag ?? Infinity;
    const together = mine.filter(({ fields }) => fields.deliveryTag < oldestTag);
    const singly = mine.filter(({ fields }) => fields.deliveryTag > oldestTag);
    try {
      if (together.length > 0) {
        const newest = together.reduce((a, b) => (a.fields.deliveryTag > b.fields.deliveryTag ? a : b));
        this.channel.ack(newest, true);
      }
      singly.forEach((message) => this.channel.ack(message));
    } catch {
      // The channel was closed meanwhile; the broker takes them back.
    }
  }
}
