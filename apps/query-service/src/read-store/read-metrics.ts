import { Injectable } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import type { ReadModelName } from '@tidemark/read-models';

const BUCKETS_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** How long reads of the read models take, by model and outcome. */
@Injectable()
export class ReadMetrics {
  private readonly duration;

  constructor(metrics: Metrics) {
    this.duration = metrics.histogram({
      name: 'tidemark_query_read_duration_seconds',
      help: 'Time that the read store took to answer one query of a read model',
      labelNames: ['read_model', 'outcome'],
      buckets: BUCKETS_SECONDS,
    });
  }

  /** Starts the measurement; call the result once to end it. */
  startRead(readModel: ReadModelName): (outcome: 'ok' | 'failed') => void {
    const end = this.duration.startTimer({ read_model: readModel });
    return (outcome) => void end({ outcome });
  }
}
