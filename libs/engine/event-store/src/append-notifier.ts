import type { Pool } from 'pg';
import type { EventStore } from './event-store';

export interface AppendNotifierOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  /** The channel of the notifications; `tidemark_appended` by default. */
  readonly channel?: string;
  /** The shortest time between two notifications; 10 by default. */
  readonly intervalMs?: number;
  readonly onError?: (error: unknown) => void;
}

/**
 * Tells other processes about new events: NOTIFY with the partitions as payload, such as `3,7`. It is only a hint: a
 * relay, a consumer or a subscription that misses it polls.
 *
 * The notification is not part of the append. A commit that notifies takes a lock on the whole database
 * (`PreCommit_Notify` in PostgreSQL's source), which would serialise all appends.
 */
export class AppendNotifier {
  private readonly pending = new Set<number>();
  private readonly unsubscribe: () => void;
  private readonly intervalMs: number;
  private timer: NodeJS.Timeout | undefined;
  private lastAt = -Infinity;

  constructor(private readonly options: AppendNotifierOptions) {
    this.intervalMs = options.intervalMs ?? 10;
    this.unsubscribe = options.store.onAppended((partition) => this.schedule(partition));
  }

  close(): void {
    this.unsubscribe();
    clearTimeout(this.timer);
  }

  private schedule(partition: number): void {
    this.pending.add(partition);
    // Notifies at once if `intervalMs` has passed since the last notification, because consumers without a broker wait
    // for it.
    this.timer ??= setTimeout(
      () => this.notify(),
      Math.max(this.lastAt + this.intervalMs - performance.now(), 0),
    );
  }

  private notify(): void {
    this.timer = undefined;
    this.lastAt = performance.now();
    const payload = [...this.pending].join(',');
    this.pending.clear();
    this.options.pool
      .query('SELECT pg_notify($1, $2)', [this.options.channel ?? 'tidemark_appended', payload])
      .catch((error: unknown) => this.options.onError?.(error));
  }
}
