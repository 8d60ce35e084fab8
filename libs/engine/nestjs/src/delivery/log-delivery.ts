import type { EventStore } from '@tidemark/event-store';
import {
  LogDelivery,
  PostgresWakeSource,
  scopedLogger,
  type Delivery,
  type WakeSource,
} from '@tidemark/messaging';
import type { OpenLog } from '../log/open-log';
import type { TidemarkOptions } from '../options';
import type { HealthCheck } from '../part';

/** How events reach the consumers of this process, and the connections that this takes. */
export interface OpenDelivery {
  readonly delivery: Delivery;
  readonly checks: readonly HealthCheck[];
  close(): Promise<void>;
}

/** The consumers follow the log itself. */
export function openLogDelivery({ databaseUrl }: TidemarkOptions, { store }: OpenLog): OpenDelivery {
  const notifications = new PostgresWakeSource({ databaseUrl, logger: scopedLogger('Tidemark') });
  return {
    delivery: new LogDelivery({ wakeSource: wakeSource(store, notifications) }),
    checks: [],
    close: () => notifications.close(),
  };
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
