import { PostgresGroupStore, PostgresWakeSource, RelayGroup, scopedLogger } from '@tidemark/messaging';
import { setTimeout as delay } from 'node:timers/promises';
import { wakeSource } from '../delivery/log-delivery';
import type { OpenLog } from '../log/open-log';
import type { Metering } from '../metrics/metering';
import type { TidemarkOptions } from '../options';
import { faultCheck, type HealthCheck, type OpenPart } from '../part';
import type { OpenBroker } from './open-broker';

const DRAIN_TIMEOUT_MS = 5_000;
const DRAIN_POLL_MS = 20;

interface Options {
  readonly options: TidemarkOptions;
  readonly log: OpenLog;
  readonly broker: OpenBroker;
  /** The consumer groups of the application, whose queues are declared before anything is published. */
  readonly groups: readonly string[];
  readonly metering: Metering;
}

/** Publishes the log to the broker. */
export class RelayPart implements OpenPart {
  readonly checks: readonly HealthCheck[];
  private readonly relay: RelayGroup;
  private readonly notifications: PostgresWakeSource;

  constructor({ options: { databaseUrl }, log, broker, groups, metering }: Options) {
    const { pool, partitions, store } = log;
    const logger = scopedLogger('relay');
    this.notifications = new PostgresWakeSource({ databaseUrl, logger });
    this.relay = new RelayGroup({
      broker: broker.connection,
      keys: broker.keys,
      ...broker.prefix,
      log: store,
      partitions,
      groups,
      wakeSource: wakeSource(store, this.notifications),
      store: new PostgresGroupStore({ pool, schema: 'event_store', group: 'relay', mayRepeat: true }),
      logger,
      hooks: metering.relay,
    });
    metering.measure('relay_backlog_events', 'relay', async () => {
      const status = await this.relay.status();
      return new Map(status.map(({ partition, backlog }) => [partition, backlog]));
    });
    this.checks = [faultCheck('relay', this.relay)];
  }

  start(): void {
    this.relay.start();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Publishes what the last requests have appended. What is left is not lost: the partition's next owner publishes it.
   */
  async close(): Promise<void> {
    const deadline = performance.now() + DRAIN_TIMEOUT_MS;
    const isBehind = async () => (await this.relay.status()).some(({ backlog }) => backlog > 0);
    while (performance.now() < deadline && this.relay.errorCode === undefined) {
      if (!(await isBehind().catch(() => false))) {
        break;
      }
      await delay(DRAIN_POLL_MS);
    }
    await this.relay.stop();
    await this.notifications.close();
  }
}
