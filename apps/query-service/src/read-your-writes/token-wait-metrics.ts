import { Injectable } from '@nestjs/common';
import type { TokenWaitOutcome } from '@tidemark/nestjs';
import { Metrics } from '@tidemark/platform';

const BUCKETS_SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long reads wait for their consistency tokens, and how many wait in vain. */
@Injectable()
export class TokenWaitMetrics {
  private readonly duration;

  constructor(metrics: Metrics) {
    this.duration = metrics.histogram({
      name: 'tidemark_query_token_wait_seconds',
      help: 'Time that a read waited for the writes that its consistency token names',
      labelNames: ['source', 'outcome'],
      buckets: BUCKETS_SECONDS,
    });
  }

  /** Starts the measurement; call the result once to end it. */
  startWait(source: string): (outcome: TokenWaitOutcome) => void {
    const end = this.duration.startTimer({ source });
    return (outcome) => void end({ outcome });
  }
}
