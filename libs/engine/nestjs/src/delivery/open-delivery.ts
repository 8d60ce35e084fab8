import type { EventStore } from '@tidemark/event-store';
import type { LiveValue } from '@tidemark/kernel';
import {
  BrokerDelivery,
  LogDelivery,
  PostgresWakeSource,
  scopedLogger,
  type BrokerDeliveryOptions,
  type Delivery,
  type WakeSource,
} from '@tidemark/messaging';

/** How events reach the consumers of this process, and the connections that this takes. */
export interface OpenDelivery {
  readonly delivery: Delivery;
  close(): Promise<void>;
}

/** The consumers follow the log itself. It begins to listen with its first consumer. */
export function logDelivery(databaseUrl: string | LiveValue<string>, log: EventStore): OpenDelivery {
  const notifications = new PostgresWakeSource({ databaseUrl, logger: scopedLogger(LogDelivery.name) });
  return {
    delivery: new LogDelivery({ wakeSource: wakeSource(log, notifications) }),
    close: () => notifications.close(),
  };
}

/** The consumers take events from their queues. The log fills what these leave out. */
export function brokerDelivery(options: BrokerDeliveryOptions): OpenDelivery {
  return { delivery: new BrokerDelivery(options), close: () => Promise.resolve() };
}

/** Wakes at once for an append of this process, and by a notification of the database for those of others. */
export function wakeSource(store: EventStore, others: WakeSource): WakeSource {
  return {
    subscribe(listener) {
      const unsubscribes = [store.onAppended(listener), others.subscribe(listener)];
      return () => unsubscribes.forEach((unsubscribe) => unsubscribe());
    },
  };
}
