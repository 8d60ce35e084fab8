import { EventCodec } from '@tidemark/kernel';
import {
  BrokerConnection,
  ConsumerGroup,
  PostgresGroupStore,
  PostgresParkedStore,
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
  const { databaseUrl, amqpUrl, prefix, schema } = settings;
  const { pool, store: log, partitions } = await openEventStore(databaseUrl);
  const broker = new BrokerConnection({ url: amqpUrl });
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
    broker,
    keys: keysOf(settings),
    log,
    partitions,
    prefix,
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
      await broker.close();
      await pool.end();
    })();
  });
}

void main(JSON.parse(process.argv[2]!) as DeliverySettings);
