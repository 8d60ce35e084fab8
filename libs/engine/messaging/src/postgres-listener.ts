import { constant, type LiveValue } from '@tidemark/kernel';
import { Client, escapeIdentifier } from 'pg';
import { backoffMs, doneWithin, pause, type BackoffOptions } from './backoff';
import { silentLogger, type Logger } from './logger';

export interface PostgresListenerOptions extends BackoffOptions {
  /** After a change, it connects again. */
  readonly databaseUrl: string | LiveValue<string>;
  readonly channel: string;
  /** Must not throw. */
  readonly onNotification: (payload: string) => void;
  /** Called when it listens again. Notifications may have been missed before. Must not throw. */
  readonly onListening?: () => void;
  /** How long the database may take to accept the connection, and to close it. Default 5 s. */
  readonly connectTimeoutMs?: number;
  /** How often it asks whether the connection still works: one that fell silent delivers nothing. Default 10 s. */
  readonly pingIntervalMs?: number;
  readonly logger?: Logger;
}

/**
 * Runs LISTEN on a connection of its own, which it replaces when it is lost. It misses the notifications between two
 * connections.
 */
export class PostgresListener {
  private readonly closing = new AbortController();
  private readonly logger: Logger;
  private readonly databaseUrl: LiveValue<string>;
  private running: Promise<void> | undefined;

  constructor(private readonly options: PostgresListenerOptions) {
    const { databaseUrl } = options;
    this.logger = options.logger ?? silentLogger;
    this.databaseUrl = typeof databaseUrl === 'string' ? constant(databaseUrl) : databaseUrl;
  }

  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    const { channel } = this.options;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await this.listenUntilLost(() => (attempt = 0));
      } catch (error) {
        this.logger.warn(
          { err: error, channel, attempt },
          'lost the notifications of the database; polling continues',
        );
        await pause(backoffMs(Math.max(attempt, 1), this.options), signal);
      }
    }
  }

  private async listenUntilLost(listening: () => void): Promise<void> {
    const { channel, onNotification, onListening, connectTimeoutMs = 5_000 } = this.options;
    const client = new Client({
      connectionString: this.databaseUrl.current(),
      application_name: 'tidemark-listen',
      keepAlive: true,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
    });
    const lost = new Promise<never>((_resolve, reject) => {
      client.on('error', reject);
      client.on('end', () => reject(new Error('the connection ended')));
    });
    const changed = new AbortController();
    const over = new AbortController();
    const stopListening = this.databaseUrl.onChange(() => changed.abort());
    // Whichever promise settles first below, a later failure of the connection is ignored.
    lost.catch(() => {});
    try {
      await client.connect();
      client.on('notification', ({ payload = '' }) => onNotification(payload));
      await client.query(`LISTEN ${escapeIdentifier(channel)}`);
      listening();
      onListening?.();
      const ended = [aborted(this.closing.signal), aborted(changed.signal)];
      await Promise.race([lost, ...ended, this.ping(client, over.signal)]);
    } finally {
      over.abort();
      stopListening();
      const ended = client.end().catch(() => {});
      if (!(await doneWithin(connectTimeoutMs, ended))) {
        client.connection.stream.destroy();
      }
    }
  }

  /** Rejects when the connection does not answer. */
  private async ping(client: Client, over: AbortSignal): Promise<void> {
    const { pingIntervalMs = 10_000 } = this.options;
    for (;;) {
      await pause(pingIntervalMs, over);
      if (over.aborted) {
        return;
      }
      await client.query('SELECT 1');
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
