import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import { MongoParkedStore } from '@tidemark/projections';

/** What waits for a person: asked when Prometheus asks, and the same from every replica. */
@Injectable()
export class ParkedMetrics {
  private readonly logger = new Logger(ParkedMetrics.name);

  constructor(metrics: Metrics, store: MongoParkedStore) {
    const parked = metrics.gauge({
      name: 'tidemark_projection_parked_streams',
      help: 'Streams that wait for somebody to retry or discard an event that failed',
      labelNames: ['partition'],
      collect: async () => {
        parked.reset();
        try {
          for (const [partition, counts] of await store.counts()) {
            parked.set({ partition }, counts.parked);
          }
        } catch (error) {
          this.logger.warn({ err: error }, 'could not count the parked streams');
        }
      },
    });
  }
}
