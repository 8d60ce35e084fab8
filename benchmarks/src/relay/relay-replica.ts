import { BrokerConnection, OutboxRelay, PostgresGroupStore } from '@tidemark/messaging';
import { openEventStore } from '../append/tidemark';
import type { DeliverySettings } from '../harness/delivery-bed';

/** One replica's relay as a process of its own; tells its parent how long each window took, and ends with it. */
async function main({ databaseUrl, amqpUrl, prefix, schema }: DeliverySettings): Promise<void> {
  const { pool, store: log, partitions } = await openEventStore(databaseUrl);
  const broker = new BrokerConnection({ url: amqpUrl });
  const relay = new OutboxRelay({
    broker,
    log,
    partitions,
    prefix,
    store: new PostgresGroupStore({ pool, schema, group: 'relay' }),
    // Nobody appends through this process, so nothing wakes the relay.
    pollIntervalMs: 20,
    leaseMs: 3_000,
    hooks: {
      onPublished: (_partition, _count, durationMs) =>
        process.send?.({ durationMs }, undefined, {}, () => {}),
      onFailed: (partition, error) => process.stderr.write(`partition ${partition}: ${String(error)}\n`),
    },
  });
  relay.start();
  process.once('disconnect', () => {
    void (async () => {
      await relay.stop();
      await broker.close();
      await pool.end();
    })();
  });
}

void main(JSON.parse(process.argv[2]!) as DeliverySettings);
