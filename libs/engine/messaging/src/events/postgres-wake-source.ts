import { PostgresListener, type PostgresListenerOptions } from '../postgres-listener';
import type { WakeSource } from './wake-source';

export interface PostgresWakeSourceOptions extends Omit<
  PostgresListenerOptions,
  'channel' | 'onNotification' | 'onListening'
> {
  /** The payload of a notification is the partitions' numbers, as in `3,7`. Default `tidemark_appended`. */
  readonly channel?: string;
}

/**
 * Learns of appends through LISTEN, on a connection of its own. It misses those of the time between two connections.
 */
export class PostgresWakeSource implements WakeSource {
  private readonly listeners = new Set<(partition: number) => void>();
  private readonly listener: PostgresListener;

  constructor({ channel = 'tidemark_appended', ...options }: PostgresWakeSourceOptions) {
    this.listener = new PostgresListener({
      ...options,
      channel,
      onNotification: (payload) => payload.split(',').forEach((partition) => this.notify(Number(partition))),
    });
  }

  subscribe(listener: (partition: number) => void): () => void {
    this.listeners.add(listener);
    this.listener.start();
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    return this.listener.close();
  }

  private notify(partition: number): void {
    for (const listener of this.listeners) {
      listener(partition);
    }
  }
}
