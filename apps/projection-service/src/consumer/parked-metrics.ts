import { Injectable } from '@nestjs/common';
import { ConsumerGroup } from '@tidemark/messaging';
import { Metrics } from '@tidemark/platform';

/** Parked streams. Every replica reports the same values. */
@Injectable()
export class ParkedMetrics {
  constructor(metrics: Metrics, consumers: ConsumerGroup) {
    metrics.partitionGauge({
      name: 'tidemark_projection_parked_streams',
      help: 'Parked streams, each waiting for an operator to retry or discard an event',
      measure: () => consumers.parkedStreams(),
    });
  }
}
