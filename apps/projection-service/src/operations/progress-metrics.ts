import { Injectable } from '@nestjs/common';
import { ConsumerGroup } from '@tidemark/messaging';
import { Metrics } from '@tidemark/platform';

/** How far the read models are behind the log, and what is parked. Every replica reports the same values. */
@Injectable()
export class ProgressMetrics {
  constructor(metrics: Metrics, consumers: ConsumerGroup) {
    metrics.partitionGauge({
      name: 'tidemark_projection_lag_events',
      help: 'Events in the log that the read models do not contain yet',
      measure: () => consumers.lags(),
    });
    metrics.partitionGauge({
      name: 'tidemark_projection_lag_seconds',
      help: 'Age of the oldest event in the log that the read models do not contain yet',
      measure: () => consumers.lagAges(),
    });
    metrics.partitionGauge({
      name: 'tidemark_projection_parked_streams',
      help: 'Parked streams, each waiting for an operator to retry or discard an event',
      measure: () => consumers.parkedStreams(),
    });
  }
}
