import { Injectable } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import { MongoParkedStore } from '@tidemark/projections';

/** What waits for a person: the same from every replica. */
@Injectable()
export class ParkedMetrics {
  constructor(metrics: Metrics, store: MongoParkedStore) {
    metrics.partitionGauge({
      name: 'tidemark_projection_parked_streams',
      help: 'Streams that wait for somebody to retry or discard an event that failed',
      measure: async () =>
        new Map([...(await store.counts())].map(([partition, { parked }]) => [partition, parked])),
    });
  }
}
