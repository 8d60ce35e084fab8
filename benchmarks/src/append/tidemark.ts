import {
  checkPartitions,
  CommandExecutor,
  ConcurrentModificationError,
  eventStoreRoles,
  migrateEventStore,
  PostgresEventStore,
  PostgresSnapshots,
  type CommandContext,
} from '@tidemark/event-store';
import { accept, EventCodec, type Aggregate } from '@tidemark/kernel';
import { addMoney, money, type Money } from '@tidemark/kernel/money';
import { itemAddedToOrder } from '@tidemark/ordering';
import { contenderPool, type AppendContender } from './contender';
import type { ItemAdded, Write } from './write';

interface Basket {
  readonly items: number;
  readonly total: Money;
}

/** An order with an endless stream of changes. Its folded state stays small, however long the stream is. */
export const basket: Aggregate<Basket, ItemAdded> = {
  streamType: 'Order',
  initial: { items: 0, total: money(0, 'EUR') },
  evolve: ({ items, total }, { data }) => ({
    items: items + data.line.quantity,
    total: addMoney(total, data.line.totalPrice),
  }),
  partitionKeyOf: ({ data }) => data.orderId,
  contracts: [itemAddedToOrder],
  stateVersion: 1,
};

export function commandOf({ id }: Write): CommandContext {
  return { commandId: id, commandHash: 'c0'.repeat(32), correlationId: id, actor: 'bench' };
}

/** Opens the store in the role of the command service. */
export async function openEventStore(databaseUrl: string) {
  await migrateEventStore({ databaseUrl });
  const url = new URL(databaseUrl);
  url.search = `?options=${encodeURIComponent(`-c role=${eventStoreRoles.writer}`)}`;
  const pool = contenderPool(url.href);
  const partitions = await checkPartitions(pool);
  const store = new PostgresEventStore({ pool, codec: new EventCodec(basket.contracts), partitions });
  return { pool, store, partitions, snapshots: new PostgresSnapshots({ pool }) };
}

export async function openTidemark(databaseUrl: string): Promise<AppendContender> {
  const { pool, store, snapshots } = await openEventStore(databaseUrl);
  const executor = new CommandExecutor({ store, snapshots });
  return {
    name: 'tidemark',
    append: async (write) => {
      await store.append({
        streamType: basket.streamType,
        aggregateId: write.streamId,
        partitionKey: basket.partitionKeyOf(write.events[0]),
        expectedVersion: 'none',
        events: write.events,
        command: commandOf(write),
      });
    },
    attempt: async (write) => {
      try {
        await executor.execute({
          aggregate: basket,
          aggregateId: write.streamId,
          command: commandOf(write),
          decide: () => accept(...write.events),
        });
        return true;
      } catch (error) {
        if (error instanceof ConcurrentModificationError) {
          return false;
        }
        throw error;
      }
    },
    landedSql: `
      SELECT correlation_id AS id, count(*)::integer AS events FROM event_store.events
      WHERE event_metadata->>'actor' = 'bench' GROUP BY correlation_id`,
    close: async () => {
      await executor.settled();
      await pool.end();
    },
  };
}
