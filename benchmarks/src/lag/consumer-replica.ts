import { EventCodec } from '@tidemark/kernel';
import {
  BrokerConnection,
  BrokerDelivery,
  ConsumerGroup,
  LogDelivery,
  PostgresGroupStore,
  PostgresParkedStore,
  PostgresWakeSource,
  type Delivery,
  type PartitionHandler,
} from '@tidemark/messaging';
import { basket, openEventStore } from '../append/tidemark';
import { keysOf, type DeliverySettings } from '../harness/delivery-bed';
import type { Handled } from './handled';

/**
 * A consumer as a process of its own, whose only effect is its checkpoint. It reports to its parent which positions
 * reached the handler and when, once they have taken effect.
 */
async function main(settings: DeliverySettings): Promise<void> {
  const { databaseUrl, schema } = settings;
  const { pool, store: log, partitions } = await openEventStore(databaseUrl);
  const { delivery, close } = open(settings);
  const store = new PostgresGroupStore({ pool, schema, group: 'projections' });
  const handler: PartitionHandler = {
    async handle({ lease, after, to, events }) {
      const at = performance.timeOrigin + performance.now();
      await store.advance(lease, after, to);
      const handled: Handled = {
        at,
        partition: lease.partition,
        positions: events.map(({ position }) => position),
      };
      // The parent may have disconnected meanwhile.
      process.send?.(handled, undefined, {}, () => {});
    },
    handleParked: () => Promise.reject(new Error('nothing is ever parked here')),
  };
  const group = new ConsumerGroup({
    delivery,
    log,
    partitions,
    store,
    parked: new PostgresParkedStore({ pool, schema, group: 'projections' }),
    group: 'projections',
    codec: new EventCodec(basket.contracts),
    handler,
    leaseMs: 3_000,
    hooks: {
      onFailed: (partition, error) => process.stderr.write(`partition ${partition}: ${String(error)}\n`),
    },
  });
  group.start();
  process.once('disconnect', () => {
    void (async () => {
      await group.stop();
      await close();
      await pool.end();
    })();
  });
}

function open(settings: DeliverySettings): { delivery: Delivery; close: () => Promise<void> } {
  const { databaseUrl, amqpUrl, prefix } = settings;
  if (amqpUrl === '') {
    const wakeSource = new PostgresWakeSource({ databaseUrl });
    return { delivery: new LogDelivery({ wakeSource }), close: () => wakeSource.close() };
  }
  const broker = new BrokerConnection({ url: amqpUrl });
  return {
    delivery: new BrokerDelivery({ broker, prefix, keys: keysOf(settings) }),
    close: () => broker.close(),
  };
}

void main(JSON.parse(process.argv[2]!) as DeliverySettings);
