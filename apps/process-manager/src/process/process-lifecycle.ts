import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { BrokerConnection, CommandPublisher, ConsumerGroup } from '@tidemark/messaging';
import { CommandDispatcher, TimerRunner } from '@tidemark/process-manager';
import type { Pool } from 'pg';
import { PROCESS_POOL } from './connections';

/**
 * Starts the background work and stops it in order. At shutdown, no new work starts and running work finishes. Then the
 * broker connection closes, and last the database.
 */
@Injectable()
export class ProcessLifecycle implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly broker: BrokerConnection,
    private readonly consumers: ConsumerGroup,
    private readonly dispatcher: CommandDispatcher,
    private readonly timers: TimerRunner,
    private readonly publisher: CommandPublisher,
    @Inject(PROCESS_POOL) private readonly pool: Pool,
  ) {}

  onApplicationBootstrap(): void {
    this.broker.start();
    this.consumers.start();
    this.publisher.start();
    this.dispatcher.start();
    this.timers.start();
  }

  async onModuleDestroy(): Promise<void> {
    const dispatched = this.dispatcher.stop();
    await Promise.all([this.consumers.stop(), this.timers.stop()]);
    // Without a broker, the last commands would wait for ever. They are sent again after the next start.
    await this.publisher.close();
    await dispatched;
    await this.broker.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
