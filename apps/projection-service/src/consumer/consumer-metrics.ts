import { Injectable } from '@nestjs/common';
import { Fault } from '@tidemark/kernel';
import { messageRefusals, type ConsumerHooks, type MessageRefusal } from '@tidemark/messaging';
import { Metrics, refusedMessages } from '@tidemark/platform';

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** The metrics of this replica's consumers. */
@Injectable()
export class ConsumerMetrics implements ConsumerHooks {
  private readonly applied;
  private readonly healed;
  private readonly failures;
  private readonly batchDuration;
  readonly onRefused: (reason: MessageRefusal) => void;

  constructor(metrics: Metrics) {
    this.applied = metrics.counter({
      name: 'tidemark_projection_events_total',
      help: 'Events whose effect on the read models is durable',
      labelNames: ['partition'],
    });
    this.healed = metrics.counter({
      name: 'tidemark_projection_healed_events_total',
      help: 'Applied events that were read from the log because the broker had not delivered them',
      labelNames: ['partition'],
    });
    this.failures = metrics.counter({
      name: 'tidemark_projection_failures_total',
      help: 'Batches that could not be applied, by error code',
      labelNames: ['partition', 'code'],
    });
    this.batchDuration = metrics.histogram({
      name: 'tidemark_projection_batch_seconds',
      help: 'Time from receiving a batch to durable documents and checkpoint',
      buckets,
    });
    this.onRefused = refusedMessages(metrics, 'event', messageRefusals);
  }

  readonly onApplied = (partition: number, count: number, durationMs: number): void => {
    this.applied.inc({ partition }, count);
    this.batchDuration.observe(durationMs / 1_000);
  };

  readonly onHealed = (partition: number, count: number): void => {
    this.healed.inc({ partition }, count);
  };

  readonly onFailed = (partition: number, error: unknown): void => {
    this.failures.inc({ partition, code: error instanceof Fault ? error.code : 'unexpected' });
  };
}
