import { AppendNotifier, type EventStore } from '@tidemark/event-store';
import type { Logger, PostgresWakeSource, WakeSource } from '@tidemark/messaging';
import type { Pool } from 'pg';

export interface LogWakeSourceOptions {
  readonly eventStore: EventStore;
  readonly pool: Pool;
  /** Reports what other replicas appended. */
  readonly others: PostgresWakeSource;
  readonly logger: Logger;
}

/** Wakes the relay: directly for this replica's appends, by a database notification for those of other replicas. */
export class LogWakeSource implements WakeSource {
  private readonly notifier: AppendNotifier;

  constructor(private readonly options: LogWakeSourceOptions) {
    const { eventStore, pool, logger } = options;
    this.notifier = new AppendNotifier({
      store: eventStore,
      pool,
      onError: (error) =>
        logger.warn({ err: error }, 'could not notify the other replicas; they find new events by polling'),
    });
  }

  subscribe(listener: (partition: number) => void): () => void {
    const unsubscribes = [
      this.options.eventStore.onAppended(listener),
      this.options.others.subscribe(listener),
    ];
    return () => unsubscribes.forEach((unsubscribe) => unsubscribe());
  }

  async close(): Promise<void> {
    this.notifier.close();
    await this.options.others.close();
  }
}
