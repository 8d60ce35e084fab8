import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BrokerConnection, RelayGroup } from '@tidemark/messaging';
import type { Pool } from 'pg';
import type { CommandServiceConfig } from '../config';
import { PAYMENT_PROVIDER_POOL, RELAY_CONFIG } from '../tokens';
import { LogWakeSource } from './log-wake-source';

const DRAIN_POLL_MS = 20;

/**
 * Starts and stops what runs beside requests. Nest stops HTTP and the command transport before it calls
 * `onApplicationShutdown`, so every accepted write is in the log by then. The relay gets a moment to publish it,
 * releases its partitions, and then the connections close. The pool of the log closes later: its module is global.
 */
@Injectable()
export class RelayLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RelayLifecycle.name);

  constructor(
    private readonly relay: RelayGroup,
    private readonly broker: BrokerConnection,
    private readonly wakeSource: LogWakeSource,
    @Inject(RELAY_CONFIG) private readonly config: CommandServiceConfig['relay'],
    @Inject(PAYMENT_PROVIDER_POOL) private readonly paymentProviderPool: Pool,
  ) {}

  onApplicationBootstrap(): void {
    this.broker.start();
    this.relay.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.drain();
    await this.relay.stop();
    await this.wakeSource.close();
    await this.broker.close();
    await this.paymentProviderPool.end();
  }

  /** Events that are left afterwards are not lost: the next owner of the partition publishes them. */
  private async drain(): Promise<void> {
    const deadline = performance.now() + this.config.drainTimeoutMs;
    try {
      while (this.broker.isConnected && performance.now() < deadline && (await this.hasBacklog())) {
        await delay(DRAIN_POLL_MS);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'could not read the log; the relay stops without publishing the rest');
    }
  }

  private async hasBacklog(): Promise<boolean> {
    return (await this.relay.status()).some(({ backlog }) => backlog > 0);
  }
}
