import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BrokerConnection, PartitionConsumerGroup } from '@tidemark/messaging';
import { ConsumerIndexes } from './consumer-indexes';

/**
 * Starts the consumers when everything that they need is there. On the way out they come first: Nest destroys modules
 * before it calls `onApplicationShutdown`, where the databases' connections are closed.
 */
@Injectable()
export class ConsumerLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly broker: BrokerConnection,
    private readonly consumers: PartitionConsumerGroup,
    private readonly indexes: ConsumerIndexes,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.indexes.ensure();
    this.broker.start();
    this.consumers.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.consumers.stop();
    await this.broker.close();
  }
}
