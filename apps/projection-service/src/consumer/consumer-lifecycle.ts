import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ConsumerGroup } from '@tidemark/messaging';
import { whenThere } from '@tidemark/platform';
import { GenerationKeeper, Rebuilds, ServingGate } from '@tidemark/projections';
import { isReadStoreNotReady as isPassing } from '@tidemark/read-models';
import { ReadModelPlaces } from '../generations/read-model-places';
import { DriftSampler } from '../verification/drift-sampler';
import { EventDelivery } from './event-delivery';

/**
 * Starts everything that writes read models once its dependencies are available. It stops first in a shutdown: Nest
 * destroys modules before it calls `onApplicationShutdown`, which closes the database connections.
 */
@Injectable()
export class ConsumerLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly delivery: EventDelivery,
    private readonly consumers: ConsumerGroup,
    private readonly places: ReadModelPlaces,
    private readonly keeper: GenerationKeeper,
    private readonly rebuilds: Rebuilds,
    private readonly gate: ServingGate,
    private readonly sampler: DriftSampler,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // The database may have become unavailable again since the connection was made.
    await whenThere(() => this.prepare(), { what: 'the read store', isPassing });
    this.delivery.start();
    this.keeper.start();
    this.sampler.start();
    this.gate.whenOpen(() => this.consumers.start());
  }

  private async prepare(): Promise<void> {
    await this.places.ensure();
    await this.rebuilds.requestRaised();
    await this.consumers.requireSameDelivery();
  }

  async onModuleDestroy(): Promise<void> {
    await this.gate.close();
    await Promise.all([this.consumers.stop(), this.keeper.stop(), this.sampler.stop()]);
    await this.delivery.close();
  }
}
