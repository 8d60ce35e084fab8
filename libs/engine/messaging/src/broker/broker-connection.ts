import { setMaxListeners } from 'node:events';
import { constant, type LiveValue } from '@tidemark/kernel';
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { backoffMs, doneWithin, pause, Retries, type BackoffOptions } from '../backoff';
import { BrokerUnavailableError } from '../errors';
import { silentLogger, type Logger } from '../logger';
import { eitherOf, unlessAborted } from '../signals';
import { closeChannel } from './close-channel';
import { openDriverConnection } from './driver-connection';
import { cutOff, isBlocked, letGo } from './driver-internals';

export interface BrokerConnectionOptions extends BackoffOptions {
  /**
   * `amqp://` or `amqps://`. A new URL is first tried with a separate connection. The present connection stays, because
   * the broker itself ends the connections of a removed user. The next connection uses the new URL.
   */
  readonly url: string | LiveValue<string>;
  /** The name that the broker's own tools show. */
  readonly name?: string;
  /**
   * The heartbeat interval. A peer that is silent for two intervals counts as dead. Default 10 s. A positive
   * `heartbeat` in the URL wins.
   */
  readonly heartbeatSeconds?: number;
  /** How long the broker may take to let a client in, and to answer its first request. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /**
   * How long the broker may take to answer a request on a channel before its connection counts as dead. Default 30 s.
   */
  readonly replyTimeoutMs?: number;
  readonly logger?: Logger;
}

const CLOSE_TIMEOUT_MS = 5_000;
const DEFAULT_HEARTBEAT_SECONDS = 10;

/** The methods of a channel that wait for an answer of the broker. */
const requests = ['assertExchange', 'assertQueue', 'bindQueue', 'prefetch', 'consume'] as const;

/**
 * One connection to the broker, kept up for as long as the process lives. Until `close()`, it connects again after
 * every loss and every failed attempt, with capped exponential backoff and jitter. Channels are not revived: their
 * owner opens the next.
 *
 * A connection counts as made only when the broker has answered a request on it. It is lost when the driver or the
 * broker reports this, when heartbeats are missed, or when a request stays unanswered.
 */
export class BrokerConnection {
  private readonly logger: Logger;
  private readonly closing = new AbortController();
  private readonly retries: Retries;
  private readonly url: LiveValue<string>;
  private connection: Promise<ChannelModel> | undefined;
  private live: ChannelModel | undefined;
  private readonly lost = new WeakSet<ChannelModel>();
  private blockedBecause: string | undefined;
  private unblocked: Promise<void> | undefined;

  constructor(private readonly options: BrokerConnectionOptions) {
    this.logger = options.logger ?? silentLogger;
    this.retries = new Retries(options);
    this.url = typeof options.url === 'string' ? constant(options.url) : options.url;
    this.url.tryFirst((next) => this.tryOut(next));
    // Each caller that waits for a channel adds a listener; that is not a leak.
    setMaxListeners(0, this.closing.signal);
  }

  /** Whether there is a connection that has answered and is not known to be lost. */
  get isConnected(): boolean {
    return this.live !== undefined;
  }

  /**
   * The readiness check of a service.
   *
   * @throws BrokerUnavailableError while there is no such connection
   */
  async requireConnected(): Promise<void> {
    if (!this.isConnected) {
      throw new BrokerUnavailableError('not connected to the broker');
    }
  }

  /** Why the broker blocks publishing at the moment (a memory or disk alarm); absent if it does not block. */
  get blockedReason(): string | undefined {
    return this.blockedBecause;
  }

  /** `broker_unavailable` while there is no connection, or the broker blocks publishing; absent otherwise. */
  get errorCode(): string | undefined {
    return this.live && this.blockedBecause === undefined ? undefined : 'broker_unavailable';
  }

  /** Starts connecting in the background. Opening a channel does so too. */
  start(): void {
    this.connected().catch(() => {});
  }

  /**
   * Opens a channel as soon as there is a connection that accepts messages, however long that takes. A request on the
   * channel that stays unanswered for `replyTimeoutMs` ends the connection.
   *
   * @throws BrokerUnavailableError when the signal aborts, or the connection is closed for good.
   */
  async openChannel(kind: 'plain', signal?: AbortSignal): Promise<Channel>;
  async openChannel(kind: 'confirm', signal?: AbortSignal): Promise<ConfirmChannel>;
  async openChannel(kind: 'plain' | 'confirm', signal?: AbortSignal): Promise<Channel> {
    const { either: given, release } = eitherOf(this.closing.signal, signal);
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.openChannelOnce(kind, given);
        } catch (error) {
          if (given.aborted) {
            throw new BrokerUnavailableError('gave up waiting for a channel', { cause: error });
          }
          await pause(backoffMs(attempt, this.options), given);
        }
      }
    } finally {
      release();
    }
  }

  /** Resolves when the present connection ends; at once if there is none or the signal aborts. */
  async untilLost(signal: AbortSignal): Promise<void> {
    const { live } = this;
    if (!live || signal.aborted) {
      return;
    }
    await new Promise<void>((resolve) => {
      // The connection may outlive many callers that wait for its end.
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
      await closeConnection(live);
    }
  }

  /** Makes at most one connection at a time: all callers wait for the same one. */
  private connected(): Promise<ChannelModel> {
    this.connection ??= this.connectUntilItWorks();
    return this.connection;
  }

  private async connectUntilItWorks(): Promise<ChannelModel> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        return await this.connectOnce();
      } catch (error) {
        const delayMs = this.retries.failed();
        const attempt = this.retries.failures;
        this.logger.warn({ err: error, attempt, delayMs }, 'could not reach the broker');
        await pause(delayMs, signal);
      }
    }
    throw new BrokerUnavailableError('the connection was closed');
  }

  private async connectOnce(): Promise<ChannelModel> {
    const connection = await this.open(this.url.current(), (created) => this.supervise(created));
    if (this.closing.signal.aborted) {
      await closeConnection(connection);
      throw new BrokerUnavailableError('the connection was closed');
    }
    if (this.lost.has(connection)) {
      throw new BrokerUnavailableError('the connection was lost right after it was opened');
    }
    this.live = connection;
    this.retries.succeeded();
    this.logger.info({ name: this.options.name }, 'connected to the broker');
    return connection;
  }

  private async tryOut(url: string): Promise<void> {
    const connection = await this.open(url, (created) => created.on('error', () => undefined));
    await closeConnection(connection);
  }

  private async open(url: string, onCreated: (connection: ChannelModel) => void): Promise<ChannelModel> {
    const {
      name = 'tidemark',
      heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS,
      connectTimeoutMs: timeoutMs = 10_000,
    } = this.options;
    const connection = await openDriverConnection({ url, heartbeatSeconds, name, timeoutMs, onCreated });
    try {
      await this.prove(connection, timeoutMs);
    } catch (error) {
      cutOff(connection, 'the new connection does not work');
      throw error;
    }
    return connection;
  }

  /** The broker may close a connection in the same packet that opens it. An answered request shows that it works. */
  private async prove(connection: ChannelModel, timeoutMs: number): Promise<void> {
    const answered = connection.createChannel().then(closeChannel);
    if (!(await doneWithin(timeoutMs, answered))) {
      throw new BrokerUnavailableError(`no answer within ${timeoutMs} ms`);
    }
  }

  private supervise(connection: ChannelModel): void {
    let unblock = () => {};
    const unblocked = () => {
      this.blockedBecause = undefined;
      this.unblocked = undefined;
      unblock();
    };
    const lost = () => {
      if (this.lost.has(connection)) {
        return;
      }
      this.lost.add(connection);
      letGo(connection, CLOSE_TIMEOUT_MS);
      unblocked();
      if (this.live !== connection) {
        return;
      }
      this.live = undefined;
      this.connection = undefined;
      if (!this.closing.signal.aborted) {
        this.connection = this.connectAfterLoss();
        this.start();
      }
    };
    connection.on('error', (error) => {
      this.logger.warn({ err: error }, 'the broker connection failed');
      // The driver may wait for the broker to agree to the end, and so emit `close` late or never.
      lost();
    });
    connection.on('close', lost);
    connection.on('blocked', (reason: string) => {
      this.blockedBecause = reason;
      // The broker may block the connection again with another reason. All callers still wait for the same promise.
      this.unblocked ??= new Promise((resolve) => (unblock = resolve));
      this.logger.warn({ reason }, 'the broker blocks publishing');
    });
    connection.on('unblocked', () => {
      unblocked();
      this.logger.info({}, 'the broker accepts messages again');
    });
  }

  /** The pause keeps this client from flooding a broker that accepts clients and closes their connections at once. */
  private async connectAfterLoss(): Promise<ChannelModel> {
    await pause(this.retries.failed(), this.closing.signal);
    return this.connectUntilItWorks();
  }

  private async openChannelOnce(kind: 'plain' | 'confirm', given: AbortSignal): Promise<Channel> {
    const connection = await unlessAborted(this.connected(), given);
    await unlessAborted(this.unblocked ?? Promise.resolve(), given);
    const opening = this.answered(
      connection,
      kind === 'confirm' ? connection.createConfirmChannel() : connection.createChannel(),
    );
    opening.catch(() => {});
    const channel = await unlessAborted(opening, given).catch((error: unknown) => {
      void opening.then(closeChannel, () => {});
      throw error;
    });
    if (connection !== this.live) {
      // The end may have come together with the answer, before any code could listen on the channel.
      throw new BrokerUnavailableError('the connection was lost');
    }
    channel.on('error', (error) => this.logger.warn({ err: error }, 'the broker closed a channel'));
    this.limitRequests(connection, channel);
    return channel;
  }

  private limitRequests(connection: ChannelModel, channel: Channel): void {
    for (const name of requests) {
      const ask = channel[name].bind(channel) as (...args: unknown[]) => Promise<unknown>;
      Object.assign(channel, { [name]: (...args: unknown[]) => this.answered(connection, ask(...args)) });
    }
  }

  /**
   * Waits for the answer to a request. A blocked broker may not read the request. Any other broker that does not answer
   * is dead.
   */
  private async answered<Answer>(connection: ChannelModel, answer: Promise<Answer>): Promise<Answer> {
    const { replyTimeoutMs = 30_000 } = this.options;
    const overdue = setInterval(() => {
      if (!isBlocked(connection)) {
        cutOff(connection, `no answer within ${replyTimeoutMs} ms`);
      }
    }, replyTimeoutMs);
    try {
      return await answer;
    } finally {
      clearInterval(overdue);
    }
  }
}

async function closeConnection(connection: ChannelModel): Promise<void> {
  const closed = connection.close().catch(() => {});
  await doneWithin(CLOSE_TIMEOUT_MS, closed);
  cutOff(connection, 'the connection was closed');
}
