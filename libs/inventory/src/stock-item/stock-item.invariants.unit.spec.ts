import { EventCodec, money, type Decision } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import fc from 'fast-check';
import { adjustStock } from './adjust-stock';
import { stockItemContracts, type StockItemEvent } from './events';
import { receiveStock } from './receive-stock';
import { releaseInventory } from './release-inventory';
import { reserveInventory } from './reserve-inventory';
import { shipReservedInventory } from './ship-reserved-inventory';
import { availableOf, stockItem, type StockItemState } from './stock-item';
import { orderIdOf, productId } from './stock-item.fixture';

type Decide = (state: StockItemState) => Decision<StockItemEvent>;

const product = { status: 'ACTIVE' as const, name: 'Lantern', price: money(339, 'GBP') };
const quantity = fc.integer({ min: 1, max: 20 });
const orderId = fc.integer({ min: 1, max: 5 }).map(orderIdOf);

const decide = fc.oneof<fc.Arbitrary<Decide>[]>(
  quantity.map(
    (quantity): Decide =>
      (state) =>
        receiveStock({ productId, quantity, product }, state),
  ),
  fc.integer({ min: -20, max: 20 }).map(
    (quantity): Decide =>
      (state) =>
        adjustStock({ productId, quantity, reason: 'count', product }, state),
  ),
  fc.tuple(orderId, quantity).map(
    ([orderId, quantity]): Decide =>
      (state) =>
        reserveInventory({ productId, orderId, quantity }, state),
  ),
  orderId.map(
    (orderId): Decide =>
      (state) =>
        releaseInventory({ productId, orderId }, state),
  ),
  orderId.map(
    (orderId): Decide =>
      (state) =>
        shipReservedInventory({ productId, orderId }, state),
  ),
);

const codec = new EventCodec(stockItemContracts);

test('whatever is asked of an item, nothing is negative and nothing is promised twice', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(decide, { maxLength: 60 }), (steps) => {
      const everReserved = new Set<OrderId>();
      let state = stockItem.initial;
      for (const step of steps) {
        const decision = step(state);
        for (const event of decision.outcome === 'accepted' ? decision.events : []) {
          codec.encode(event);
          if (event.type === 'InventoryReserved') {
            expect(everReserved).not.toContain(event.data.orderId);
            everReserved.add(event.data.orderId);
          }
          state = stockItem.evolve(state, event);
          expectRules(state);
          seen.add(event.type);
        }
      }
    }),
    { numRuns: 500 },
  );
  // A run that never gets far proves little.
  expect(seen.size).toBe(stockItemContracts.length);
});

function expectRules(state: StockItemState): void {
  expect(state.onHand).toBeGreaterThanOrEqual(0);
  expect(state.reserved).toBeGreaterThanOrEqual(0);
  expect(availableOf(state)).toBeGreaterThanOrEqual(0);
  const held = Object.values(state.reservations);
  expect(held.reduce<number>((sum, quantity) => sum + (quantity ?? 0), 0)).toBe(state.reserved);
}
