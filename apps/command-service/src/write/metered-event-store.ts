import {
  type AppendInTurn,
  type AppendRequest,
  type AppendResult,
  PostgresEventStore,
  type PostgresEventStoreOptions,
} from '@tidemark/event-store';
import type { Metrics } from '@tidemark/platform';

/** Counts appended events and measures the duration of appends. */
export class MeteredEventStore extends PostgresEventStore {
  private readonly eventsAppended;
  private readonly durationSeconds;

  constructor(options: PostgresEventStoreOptions, metrics: Metrics) {
    super(options);
    this.eventsAppended = metrics.counter({
      name: 'tidemark_events_appended_total',
      help: 'Events appended to the log',
      labelNames: ['type'],
    });
    this.durationSeconds = metrics.histogram({
      name: 'tidemark_append_duration_seconds',
      help: 'Duration of an append, whatever its outcome',
      labelNames: ['outcome'],
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
    });
  }

  override append(request: AppendRequest): Promise<AppendResult> {
    return this.measured(() => super.append(request));
  }

  override inTurn<Result>(
    streamId: string,
    work: (append: AppendInTurn) => Promise<Result>,
  ): Promise<Result> {
    return super.inTurn(streamId, (append) => work((request) => this.measured(() => append(request))));
  }

  private async measured(append: () => Promise<AppendResult>): Promise<AppendResult> {
    const stopTimer = this.durationSeconds.startTimer();
    try {
      const result = await append();
      stopTimer({ outcome: result.repeated ? 'repeated' : 'appended' });
      if (!result.repeated) {
        result.eventTypes.forEach((type) => this.eventsAppended.inc({ type }));
      }
      return result;
    } catch (error) {
      stopTimer({ outcome: 'failed' });
      throw error;
    }
  }
}
