import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  Optional,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AppendNotifier } from '@tidemark/event-store';
import { BrokerConnection, RelayGroup } from '@tidemark/messaging';
import type { Pool } from 'pg';
import type { CommandServiceConfig } from '../config';
import { PAYMENT_PROVIDER_POOL, RELAY_CONFIG } from '../tokens';
import { LogWakeSource } from './log-wake-source';

const DRAIN_POLL_MS = 20;

/**
 * Starts and stops what runs beside requests. Nest stops HTTP and the command transport before it calls
 * `onApplicationShutdown`, so every accepted write is in the log by then. The relay, if there is one, gets a moment to
 * publish it, releases its partitions, and then the connections close. The pool of the log closes later: its module is
 * global.
 */
@Injectable()
export class RelayLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RelayLifecycle.name);

  constructor(
    private readonly notifier: AppendNotifier,
    @Inject(RelayGroup) private readonly relay: RelayGroup | null,
    @Inject(BrokerConnection) private readonly broker: BrokerConnection | null,
    @Optional() @Inject(LogWakeSource) private readonly wakeSource: LogWakeSource | undefined,
    @Inject(RELAY_CONFIG) private readonly config: CommandServiceConfig['relay'],
    @Inject(PAYMENT_PROVIDER_POOL) private readonly paymentProviderPool: Pool,
  ) {}

  onApplicationBootstrap(): void {
    this.broker?.start();
    this.relay?.start();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.relay) {
      await this.drain(this.relay);
      await this.relay.stop();
    }
    this.notifier.close();
    await this.wakeSource?.close();
    await this.broker?.close();
    await this.paymentProviderPool.end();
  }

  /** Events that are left afterwards are not lost: the next owner of the partition publishes them. */
  private async drain(relay: RelayGroup): Promise<void> {
    const deadline = performance.now() + this.config.drainTimeoutMs;
    try {
      while (this.broker?.isConnected && performance.now() < deadline && (await hasBacklog(relay))) {
        await delay(DRAIN_POLL_MS);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'could not read the log; the relay stops without publishing the rest');
    }
  }
}

async function hasBacklog(relay: RelayGroup): Promise<boolean> {
  return (await relay.status()).some(({ backlog }) => backlog > 0);
}
