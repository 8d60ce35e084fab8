import type { EventStore } from '@tidemark/event-store';
import type { PostgresWakeSource, WakeSource } from '@tidemark/messaging';

/** Wakes the relay: directly for this replica's appends, by a database notification for those of other replicas. */
export class LogWakeSource implements WakeSource {
  constructor(
    private readonly eventStore: EventStore,
    private readonly others: PostgresWakeSource,
  ) {}

  subscribe(listener: (partition: number) => void): () => void {
    const unsubscribes = [this.eventStore.onAppended(listener), this.others.subscribe(listener)];
    return () => unsubscribes.forEach((unsubscribe) => unsubscribe());
  }

  close(): Promise<void> {
    return this.others.close();
  }
}
