import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { BrokerConnection, CommandPublisher, ConsumerGroup, MixedDeliveryError } from '@tidemark/messaging';
import { whenThere } from '@tidemark/platform';
import { CommandDispatcher, TimerRunner } from '@tidemark/process-manager';
import type { Pool } from 'pg';
import { PROCESS_POOL } from './connections';
import { EventDelivery } from './event-delivery';

/**
 * Starts the background work and stops it in order. At shutdown, no new work starts and running work finishes. Then the
 * broker connection closes, and last the database.
 */
@Injectable()
export class ProcessLifecycle implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  /** The process may be told to stop while it still waits for its store. */
  private isStopped = false;

  constructor(
    @Inject(BrokerConnection) private readonly broker: BrokerConnection | null,
    private readonly delivery: EventDelivery,
    private readonly consumers: ConsumerGroup,
    private readonly dispatcher: CommandDispatcher,
    private readonly timers: TimerRunner,
    private readonly publisher: CommandPublisher,
    @Inject(PROCESS_POOL) private readonly pool: Pool,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await whenThere(() => this.consumers.requireSameDelivery(), { what: 'the process store', isPassing });
    if (this.isStopped) {
      return;
    }
    this.broker?.start();
    this.consumers.start();
    this.publisher.start();
    this.dispatcher.start();
    this.timers.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    const dispatched = this.dispatcher.stop();
    await Promise.all([this.consumers.stop(), this.timers.stop()]);
    // Without its queues, the last commands would wait for ever. They are sent again after the next start.
    await this.publisher.close();
    await dispatched;
    await this.delivery.close();
    await this.broker?.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

/** The store may be away, or wait for its migrations. */
function isPassing(error: unknown): boolean {
  return !(error instanceof MixedDeliveryError);
}
