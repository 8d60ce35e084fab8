import { consumerGroups } from '@tidemark/contracts';
import { BrokerConnection, RelayGroup, PostgresGroupStore } from '@tidemark/messaging';
import { openEventStore } from '../append/tidemark';
import { keysOf, type DeliverySettings } from '../harness/delivery-bed';

/**
 * A command service's relay as a process of its own. It runs during all rounds, and relays in the rounds that its
 * parent chooses. It reports how long each window took.
 */
async function main(settings: DeliverySettings): Promise<void> {
  const { databaseUrl, amqpUrl, prefix, schema } = settings;
  const { pool, store: log, partitions } = await openEventStore(databaseUrl);
  const broker = new BrokerConnection({ url: amqpUrl });
  const store = new PostgresGroupStore({ pool, schema, group: 'relay', mayRepeat: true });
  const start = () => {
    const relay = new RelayGroup({
      broker,
      keys: keysOf(settings),
      log,
      partitions,
      prefix,
      groups: consumerGroups,
      store,
      // No append goes through this process, so nothing wakes the relay.
      pollIntervalMs: 20,
      leaseMs: 3_000,
      hooks: {
        onPublished: (_partition, _count, durationMs) =>
          process.send?.({ durationMs }, undefined, {}, () => {}),
        onFailed: (partition, error) => process.stderr.write(`partition ${partition}: ${String(error)}\n`),
      },
    });
    relay.start();
    return relay;
  };
  let relay: RelayGroup | undefined;
  process.on('message', (isOn: boolean) => {
    void (async () => {
      const before = relay;
      relay = isOn ? start() : undefined;
      await before?.stop();
      process.send?.({ isOn });
    })();
  });
  process.once('disconnect', () => {
    void (async () => {
      await relay?.stop();
      await broker.close();
      await pool.end();
    })();
  });
}

void main(JSON.parse(process.argv[2]!) as DeliverySettings);
