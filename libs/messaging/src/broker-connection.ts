import { setMaxListeners } from 'node:events';
import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { backoffMs, pause, within, type BackoffOptions } from './backoff';
import { BrokerUnavailableError } from './errors';
import { silentLogger, type Logger } from './logger';

export interface BrokerConnectionOptions extends BackoffOptions {
  /** `amqp://` or `amqps://` */
  readonly url: string;
  /** Shown by the broker's own tools. */
  readonly name?: string;
  /** A peer that is silent for two of these is taken for dead. Default 10 s. */
  readonly heartbeatSeconds?: number;
  /** Default 10 s. */
  readonly connectTimeoutMs?: number;
  readonly logger?: Logger;
}

const CLOSE_TIMEOUT_MS = 5_000;

/**
 * One connection to the broker, kept up for as long as the process lives: a connection that is lost or could not be
 * made is tried again, with capped exponential backoff and jitter, until `close()`. No event of the driver ends the
 * process. Channels are not revived: whoever owns one opens the next.
 */
export class BrokerConnection {
  private readonly logger: Logger;
  private readonly closing = new AbortController();
  private connection: Promise<ChannelModel> | undefined;
  private live: ChannelModel | undefined;
  private blockedBecause: string | undefined;
  private unblocked: Promise<void> | undefined;

  constructor(private readonly options: BrokerConnectionOptions) {
    this.logger = options.logger ?? silentLogger;
    // Everybody who waits for a channel listens; that is no leak.
    setMaxListeners(0, this.closing.signal);
  }

  /** For readiness. */
  get isConnected(): boolean {
    return this.live !== undefined;
  }

  /** Why the broker takes no messages at the moment (a memory or disk alarm); absent when it does. */
  get blockedReason(): string | undefined {
    return this.blockedBecause;
  }

  /** Begins to connect, in the background. Opening a channel does so too. */
  start(): void {
    this.connected().catch(() => {});
  }

  /**
   * Opens a channel as soon as there is a connection that takes messages, however long that lasts.
   *
   * @throws BrokerUnavailableError when the signal aborts, or the connection is closed for good.
   */
  async openChannel(kind: 'plain', signal?: AbortSignal): Promise<Channel>;
  async openChannel(kind: 'confirm', signal?: AbortSignal): Promise<ConfirmChannel>;
  async openChannel(kind: 'plain' | 'confirm', signal?: AbortSignal): Promise<Channel> {
    const given = signal ? AbortSignal.any([signal, this.closing.signal]) : this.closing.signal;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const connection = await unlessAborted(this.connected(), given);
        await unlessAborted(this.unblocked ?? Promise.resolve(), given);
        const opening = kind === 'confirm' ? connection.createConfirmChannel() : connection.createChannel();
        opening.catch(() => {});
        const channel = await unlessAborted(opening, given).catch((error: unknown) => {
          void opening.then(closeChannel, () => {});
          throw error;
        });
        channel.on('error', (error) => this.logger.warn({ err: error }, 'the broker closed a channel'));
        return channel;
      } catch (error) {
        if (given.aborted) {
          throw new BrokerUnavailableError('gave up waiting for a channel', { cause: error });
        }
        await pause(backoffMs(attempt, this.options), given);
      }
    }
  }

  /** Resolves when the connection that there is now ends; at once when there is none or the signal aborts. */
  async untilLost(signal: AbortSignal): Promise<void> {
    const { live } = this;
    if (!live || signal.aborted) {
      return;
    }
    await new Promise<void>((resolve) => {
      // The connection may outlive many who wait for its end.
      const finish = () => {
        live.off('close', finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      live.once('close', finish);
      signal.addEventListener('abort', finish);
    });
  }

  /** Closes all channels and the connection, for good. */
  async close(): Promise<void> {
    this.closing.abort();
    const live = this.live;
    if (live) {
      await within(
        CLOSE_TIMEOUT_MS,
        live.close().catch(() => {}),
      );
    }
  }

  /** Single-flight: everybody who waits for the connection waits for the same one. */
  private connected(): Promise<ChannelModel> {
    this.connection ??= this.connectUntilItWorks();
    return this.connection;
  }

  private async connectUntilItWorks(): Promise<ChannelModel> {
    for (let attempt = 1; !this.closing.signal.aborted; attempt += 1) {
      try {
        const connection = await connect(
          withHeartbeat(this.options.url, this.options.heartbeatSeconds ?? 10),
          {
            timeout: this.options.connectTimeoutMs ?? 10_000,
            noDelay: true,
            clientProperties: { connection_name: this.options.name ?? 'tidemark' },
          },
        );
        this.supervise(connection);
        return connection;
      } catch (error) {
        const delayMs = backoffMs(attempt, this.options);
        this.logger.warn({ err: error, attempt, delayMs }, 'the broker can not be reached');
        await pause(delayMs, this.closing.signal);
      }
    }
    throw new BrokerUnavailableError('the connection was closed');
  }

  private supervise(connection: ChannelModel): void {
    if (this.closing.signal.aborted) {
      connection.on('error', () => {});
      connection.close().catch(() => {});
      throw new BrokerUnavailableError('the connection was closed');
    }
    this.live = connection;
    this.logger.info({ name: this.options.name }, 'connected to the broker');
    let unblock = () => {};
    connection.on('error', (error) => this.logger.warn({ err: error }, 'the broker connection failed'));
    connection.on('blocked', (reason: string) => {
      this.blockedBecause = reason;
      this.unblocked = new Promise((resolve) => (unblock = resolve));
      this.logger.warn({ reason }, 'the broker takes no messages');
    });
    connection.on('unblocked', () => {
      this.blockedBecause = undefined;
      this.unblocked = undefined;
      unblock();
      this.logger.info({}, 'the broker takes messages again');
    });
    connection.on('close', () => {
      this.live = undefined;
      this.connection = undefined;
      this.blockedBecause = undefined;
      this.unblocked = undefined;
      unblock();
      if (!this.closing.signal.aborted) {
        this.start();
      }
    });
  }
}

/**
 * Closes a channel whatever its state and waits until it is closed: what it had not acknowledged is then back in its
 * queue, in order.
 */
export async function closeChannel(channel: Channel): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // The driver's own promise stays pending when the connection ends before the broker answered.
    channel.once('close', () => resolve());
    channel.close().then(resolve, () => resolve());
  });
  await within(CLOSE_TIMEOUT_MS, closed);
}

function withHeartbeat(url: string, seconds: number): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) {
    parsed.searchParams.set('heartbeat', String(seconds));
  }
  return parsed.toString();
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
