import { money } from '@tidemark/kernel/money';
import type { OrderId } from '@tidemark/ordering';
import { Subject, step, type Step } from '@tidemark/kernel/testing';
import fc from 'fast-check';
import { ok, strictEqual } from 'node:assert';
import { adjustStock } from './adjust-stock';
import { stockItemContracts, type StockItemEvent } from './events';
import { receiveStock } from './receive-stock';
import { releaseInventory } from './release-inventory';
import { reserveInventory } from './reserve-inventory';
import { shipReservedInventory } from './ship-reserved-inventory';
import { availableOf, stockItem, type StockItemState } from './stock-item';
import { orderIdOf, productId } from './stock-item.fixture';

/** A model of the item: one shelf, and a note per order. */
interface Model {
  onHand: number;
  readonly held: Map<OrderId, number>;
  readonly done: Map<OrderId, 'REFUSED' | 'RELEASED' | 'SHIPPED'>;
}

type StockStep = Step<Model, StockItemState, StockItemEvent>;

const reservedIn = ({ held }: Model) => [...held.values()].reduce((sum, quantity) => sum + quantity, 0);

const lantern = { status: 'ACTIVE' as const, name: 'Lantern', price: money(339, 'GBP') };
const product = fc.oneof(
  { weight: 9, arbitrary: fc.constant(lantern) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const quantity = fc.integer({ min: 1, max: 20 });
const orderId = fc.integer({ min: 1, max: 8 }).map(orderIdOf);

const receive = fc.record({ quantity, product }).map(({ quantity, product }): StockStep =>
  step(
    `receive ${quantity}`,
    (state) => receiveStock({ productId, quantity, product }, state),
    (model) => {
      if (!product) {
        return 'unknown_product';
      }
      model.onHand += quantity;
      return ['StockReceived'];
    },
  ),
);

const adjust = fc
  .record({ quantity: fc.integer({ min: -20, max: 20 }), product })
  .map(({ quantity, product }): StockStep =>
    step(
      `adjust by ${quantity}`,
      (state) => adjustStock({ productId, quantity, reason: 'count', product }, state),
      (model) => {
        if (!product) {
          return 'unknown_product';
        }
        if (model.onHand - reservedIn(model) + quantity < 0) {
          return 'stock_would_be_negative';
        }
        model.onHand += quantity;
        return quantity === 0 ? [] : ['StockAdjusted'];
      },
    ),
  );

const reserve = fc.record({ orderId, quantity }).map(({ orderId, quantity }): StockStep =>
  step(
    `reserve ${quantity} for ${orderId.at(-1)}`,
    (state) => reserveInventory({ productId, orderId, quantity }, state),
    (model) => {
      const done = model.done.get(orderId);
      if (model.held.has(orderId) || done === 'SHIPPED') {
        return [];
      }
      if (done === undefined && quantity <= model.onHand - reservedIn(model)) {
        model.held.set(orderId, quantity);
        return ['InventoryReserved'];
      }
      model.done.set(orderId, done ?? 'REFUSED');
      return ['InventoryReservationFailed'];
    },
  ),
);

const release = orderId.map((orderId): StockStep =>
  step(
    `release what ${orderId.at(-1)} holds`,
    (state) => releaseInventory({ productId, orderId }, state),
    (model) => {
      model.held.delete(orderId);
      model.done.set(orderId, model.done.get(orderId) ?? 'RELEASED');
      return ['InventoryReleased'];
    },
  ),
);

const ship = orderId.map((orderId): StockStep =>
  step(
    `ship what ${orderId.at(-1)} holds`,
    (state) => shipReservedInventory({ productId, orderId }, state),
    (model) => {
      const quantity = model.held.get(orderId);
      if (quantity === undefined) {
        return model.done.get(orderId) === 'SHIPPED' ? [] : 'reservation_not_found';
      }
      model.held.delete(orderId);
      model.done.set(orderId, 'SHIPPED');
      model.onHand -= quantity;
      return ['ReservedInventoryShipped'];
    },
  ),
);

/** Plain assertions, because they come after each of tens of thousands of events. */
function expectRules(state: StockItemState): void {
  ok(state.onHand >= 0, `${state.onHand} on hand`);
  ok(state.reserved >= 0, `${state.reserved} reserved`);
  ok(availableOf(state) >= 0, `${availableOf(state)} available`);
  const held = Object.values(state.reservations);
  strictEqual(
    held.reduce<number>((sum, quantity) => sum + (quantity ?? 0), 0),
    state.reserved,
  );
}

test('after any commands to an item, no level is negative and no piece is promised twice', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(
      fc.commands([receive, adjust, reserve, release, ship], { maxCommands: 60, size: 'max' }),
      (commands) => {
        const everReserved = new Set<OrderId>();
        const model: Model = { onHand: 0, held: new Map(), done: new Map() };
        const subject = new Subject(stockItem, (state, _, event) => {
          if (event.type === 'InventoryReserved') {
            ok(!everReserved.has(event.data.orderId), `${event.data.orderId} is promised twice`);
            everReserved.add(event.data.orderId);
          }
          expectRules(state);
          seen.add(event.type);
        });
        fc.modelRun(() => ({ model, real: subject }), commands);
        expect(subject.state).toMatchObject({ onHand: model.onHand, reserved: reservedIn(model) });
      },
    ),
    // The seed keeps the coverage of the runs independent of chance.
    { numRuns: 1_000, seed: 1_834 },
  );
  // Runs that refuse most commands prove little.
  expect(seen.size).toBe(stockItemContracts.length);
});
