import type { EventLog } from '@tidemark/event-store';
import type { LiveValue } from '@tidemark/kernel';
import {
  PostgresGroupStore,
  PostgresWakeSource,
  RelayGroup,
  scopedLogger,
  type BrokerConnection,
  type MessageKeys,
  type RelayGroupOptions,
  type RelayHooks,
} from '@tidemark/messaging';
import { setTimeout as delay } from 'node:timers/promises';
import { wakeSource } from '../delivery/open-delivery';
import { faultCheck, type HealthCheck, type OpenPart } from '../part';

const DRAIN_POLL_MS = 20;

export interface RelayOptions extends Pick<RelayGroupOptions, 'windowSize' | 'pollIntervalMs' | 'leaseMs'> {
  /** The consumer groups of the application, whose queues are declared before anything is published. */
  readonly groups: readonly string[];
  /** How long a shutdown waits for events that are being published; 5,000 by default. */
  readonly drainTimeoutMs?: number;
  readonly hooks?: RelayHooks;
}

export interface RelayPartOptions extends RelayOptions {
  /** The database of the log, whose notifications announce what other processes append. */
  readonly databaseUrl: string | LiveValue<string>;
  readonly log: EventLog;
  readonly broker: BrokerConnection;
  readonly keys: MessageKeys;
  readonly prefix?: string;
}

/** Publishes the log to the broker. */
export class RelayPart implements OpenPart {
  readonly checks: readonly HealthCheck[];
  readonly relay: RelayGroup;
  private readonly notifications: PostgresWakeSource;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: RelayPartOptions) {
    const { databaseUrl, log: opened, ...relay } = options;
    const { pool, partitions, store: log } = opened;
    const logger = scopedLogger('relay');
    this.notifications = new PostgresWakeSource({ databaseUrl, logger });
    this.relay = new RelayGroup({
      ...relay,
      log,
      partitions,
      wakeSource: wakeSource(log, this.notifications),
      store: new PostgresGroupStore({ pool, schema: 'event_store', group: 'relay', mayRepeat: true }),
      logger,
    });
    this.checks = [faultCheck('relay', this.relay)];
  }

  start(): void {
    this.relay.start();
  }

  /** Goes on: the last requests may append events. */
  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** A second call does nothing. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    await this.drain();
    await this.relay.stop();
    await this.notifications.close();
  }

  /**
   * Publishes what the last requests have appended. What is left is not lost: the partition's next owner publishes it.
   */
  private async drain(): Promise<void> {
    const { broker, drainTimeoutMs = 5_000 } = this.options;
    const deadline = performance.now() + drainTimeoutMs;
    try {
      while (broker.isConnected && performance.now() < deadline && (await this.hasBacklog())) {
        await delay(DRAIN_POLL_MS);
      }
    } catch (error) {
      scopedLogger('relay').warn(
        { err: error },
        'could not read the log; the relay stops without publishing the rest',
      );
    }
  }

  private async hasBacklog(): Promise<boolean> {
    return (await this.relay.status()).some(({ backlog }) => backlog > 0);
  }
}
