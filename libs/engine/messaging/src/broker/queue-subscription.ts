import { Fault } from '@tidemark/kernel';
import type { Channel, ConsumeMessage } from 'amqplib';
import { pause, Retries, type BackoffOptions } from '../backoff';
import { BrokerUnavailableError, faultCode, TopologyMismatchError } from '../errors';
import type { Logger } from '../logger';
import type { BrokerConnection } from './broker-connection';
import { closeChannel } from './close-channel';

export interface QueueSubscriptionOptions extends BackoffOptions {
  readonly broker: BrokerConnection;
  readonly queue: string;
  /** The maximum number of messages that may be unacknowledged at a time. */
  readonly prefetch: number;
  /** Declares the queue before each consumption. Logs mismatches itself. */
  readonly declare: (signal: AbortSignal) => Promise<void>;
  readonly onDelivery: (message: ConsumeMessage) => void;
  /** The channel is closed: its unacknowledged messages will be delivered again. */
  readonly onReset: () => void;
  readonly logger: Logger;
}

/**
 * Consumes one queue on its own channel, and opens the next channel whenever that one is closed. It never returns a
 * message by itself. `close` closes the channel, which returns the unacknowledged messages in order.
 */
export class QueueSubscription {
  private readonly closing = new AbortController();
  private running: Promise<void> | undefined;
  private unacknowledged: Unacknowledged | undefined;
  private failure: unknown = new BrokerUnavailableError('not consuming yet');

  constructor(private readonly options: QueueSubscriptionOptions) {}

  /** Why nothing is delivered at the moment, for readiness; absent while the queue is consumed. */
  get errorCode(): string | undefined {
    return this.failure === undefined ? undefined : faultCode(this.failure);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Does nothing for messages of a closed channel, because the broker has taken them back. */
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
    const retries = new Retries(this.options);
    while (!signal.aborted) {
      try {
        await this.consumeUntilClosed(() => {
          retries.succeeded();
          this.failure = undefined;
        });
        this.failure = new BrokerUnavailableError(`the channel of ${queue} was closed`);
      } catch (error) {
        this.failure = asFault(error);
        if (!signal.aborted && !(error instanceof TopologyMismatchError)) {
          logger.error({ err: error, queue, attempt: retries.failures + 1 }, 'could not consume');
        }
      }
      await pause(retries.failed(), signal);
    }
  }

  private async consumeUntilClosed(consuming: () => void): Promise<void> {
    const { broker, queue, prefetch, declare, onReset, logger } = this.options;
    const { signal } = this.closing;
    await declare(signal);
    const channel = await broker.openChannel('plain', signal);
    if (signal.aborted) {
      // The signal may have aborted while the channel was being opened; a listener added now would never be called.
      await closeChannel(channel);
      return;
    }
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
          // The queue was deleted. The next channel declares it again.
          logger.warn({ queue }, 'the broker cancelled the consumer');
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

function asFault(error: unknown): unknown {
  return error instanceof Fault
    ? error
    : new BrokerUnavailableError('could not consume', { cause: error as Error });
}

/** The unacknowledged messages of one channel, in the order of delivery. */
class Unacknowledged {
  private readonly messages = new Set<ConsumeMessage>();

  constructor(private readonly channel: Channel) {}

  add(message: ConsumeMessage): void {
    this.messages.add(message);
  }

  /**
   * Acknowledges all messages up to the oldest open one together, usually the whole batch. A quorum queue buffers what
   * exceeds 32 acknowledgements on their way, and forgets the buffer when the channel closes.
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
