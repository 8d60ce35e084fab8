import { Injectable, Logger } from '@nestjs/common';
import { EventStore } from '@tidemark/event-store';
import { PartitionConsumerGroup, backlogAges } from '@tidemark/messaging';
import { Metrics } from '@tidemark/platform';

/** How far the read models are behind the log: asked when Prometheus asks, and the same from every replica. */
@Injectable()
export class LagMetrics {
  private readonly logger = new Logger(LagMetrics.name);

  constructor(metrics: Metrics, consumers: PartitionConsumerGroup, log: EventStore) {
    const lag = metrics.gauge({
      name: 'tidemark_projection_lag_events',
      help: 'Events of the log that the read models do not contain yet',
      labelNames: ['partition'],
      collect: async () => {
        // Unknown is not the same as what it was: without an answer there is no value.
        lag.reset();
        try {
          for (const status of await consumers.status()) {
            lag.set({ partition: status.partition }, status.lag);
          }
        } catch (error) {
          this.logger.warn({ err: error }, 'could not measure the lag');
        }
      },
    });
    const age = metrics.gauge({
      name: 'tidemark_projection_lag_seconds',
      help: 'For how long the oldest event that the read models do not contain yet has been in the log',
      labelNames: ['partition'],
      collect: async () => {
        age.reset();
        try {
          const status = await consumers.status();
          const progress = status.map(({ checkpoint, ...rest }) => ({
            ...rest,
            position: checkpoint.position,
          }));
          (await backlogAges(log, progress)).forEach((seconds, partition) => age.set({ partition }, seconds));
        } catch (error) {
          this.logger.warn({ err: error }, 'could not measure the age of what waits');
        }
      },
    });
  }
}
