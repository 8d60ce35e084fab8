import { Fault } from '@tidemark/kernel';
import { messageRefusals, type ConsumerHooks } from '@tidemark/messaging';
import { refusedMessages, type Metrics } from '@tidemark/platform';

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** The metrics of this replica's consumers. */
export function consumerMetrics(metrics: Metrics): ConsumerHooks {
  const applied = metrics.counter({
    name: 'tidemark_projection_events_total',
    help: 'Events whose effect on the read models is durable',
    labelNames: ['partition'],
  });
  const healed = metrics.counter({
    name: 'tidemark_projection_healed_events_total',
    help: 'Applied events that were read from the log because the broker had not delivered them',
    labelNames: ['partition'],
  });
  const failures = metrics.counter({
    name: 'tidemark_projection_failures_total',
    help: 'Batches that could not be applied, by error code',
    labelNames: ['partition', 'code'],
  });
  const batchDuration = metrics.histogram({
    name: 'tidemark_projection_batch_seconds',
    help: 'Time from receiving a batch to durable documents and checkpoint',
    buckets,
  });
  return {
    onApplied: (partition, count, durationMs) => {
      applied.inc({ partition }, count);
      batchDuration.observe(durationMs / 1_000);
    },
    onHealed: (partition, count) => healed.inc({ partition }, count),
    onFailed: (partition, error) =>
      failures.inc({ partition, code: error instanceof Fault ? error.code : 'unexpected' }),
    onRefused: refusedMessages(metrics, 'event', messageRefusals),
  };
}
