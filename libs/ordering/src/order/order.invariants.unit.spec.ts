import { EventCodec, addMoney, money, type Decision } from '@tidemark/kernel';
import { parseProductId } from '@tidemark/catalogue';
import fc from 'fast-check';
import { addItemToOrder } from './add-item-to-order';
import { cancelOrder } from './cancel-order';
import { changeShippingAddress } from './change-shipping-address';
import { createOrder } from './create-order';
import { orderContracts, type OrderEvent } from './events';
import { markOrderDelivered } from './mark-order-delivered';
import { markOrderShipped } from './mark-order-shipped';
import { order, type OrderState } from './order';
import { ada, customerId, lantern, london, orderId, paris, requested, shipmentId } from './order.fixture';
import { payOrder } from './pay-order';
import { rejectCancellation } from './reject-cancellation';
import { removeItemFromOrder } from './remove-item-from-order';
import { requestCancellation } from './request-cancellation';

type Decide = (state: OrderState) => Decision<OrderEvent>;

const sku = fc.constantFrom(...'ABCDEFGHIJKL');
const requestedLine = fc
  .record({
    sku,
    quantity: fc.integer({ min: 1, max: 20 }),
    available: fc.integer({ min: 5, max: 20 }),
    price: fc.oneof(
      { weight: 9, arbitrary: fc.nat(1000).map((amount) => money(amount, 'GBP')) },
      { weight: 1, arbitrary: fc.constant(money(1, 'EUR')) },
    ),
    known: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  })
  .map(({ sku, quantity, available, price, known }) =>
    requested(sku, { quantity, available, product: known ? { ...lantern, price } : undefined }),
  );

const decide = fc.oneof<fc.Arbitrary<Decide>[]>(
  fc.array(requestedLine, { maxLength: 11 }).map(
    (lines): Decide =>
      (state) =>
        createOrder({ orderId, customer: ada, lines, shippingAddress: london }, state),
  ),
  requestedLine.map(
    (line): Decide =>
      (state) =>
        addItemToOrder({ orderId, line }, state),
  ),
  sku.map(
    (text): Decide =>
      (state) =>
        removeItemFromOrder({ orderId, productId: parseProductId(text)! }, state),
  ),
  fc.constant<Decide>((state) => changeShippingAddress({ orderId, shippingAddress: paris }, state)),
  fc.record({ paymentId: fc.uuid(), exact: fc.boolean() }).map(({ paymentId, exact }): Decide => (state) => {
    const amount = exact && state.status !== 'ABSENT' ? state.total : money(1, 'GBP');
    return payOrder({ orderId, customerId, paymentId, amount }, state);
  }),
  fc.constant<Decide>((state) => requestCancellation({ orderId, reason: 'r' }, state)),
  fc.constant<Decide>((state) => cancelOrder({ orderId, reason: 'r' }, state)),
  fc.constant<Decide>((state) => rejectCancellation({ orderId, reason: 'r' }, state)),
  fc.constant<Decide>((state) => markOrderShipped({ orderId, shipmentId }, state)),
  fc.constant<Decide>((state) => markOrderDelivered({ orderId }, state)),
);

const mayBecome: Record<OrderState['status'], readonly OrderState['status'][]> = {
  ABSENT: ['ABSENT', 'PENDING'],
  PENDING: ['PENDING', 'PAID', 'CANCELLED'],
  PAID: ['PAID', 'SHIPPED', 'CANCELLED'],
  SHIPPED: ['SHIPPED', 'DELIVERED'],
  DELIVERED: ['DELIVERED'],
  CANCELLED: ['CANCELLED'],
};

const codec = new EventCodec(orderContracts);
const start = fc.constant<Decide>((state) =>
  createOrder({ orderId, customer: ada, lines: [requested('A')], shippingAddress: london }, state),
);

test('whatever is asked of an order, its rules hold after every event', () => {
  const reached = new Set<OrderState['status']>();
  fc.assert(
    fc.property(fc.tuple(fc.oneof(start, decide), fc.array(decide, { maxLength: 40 })), ([first, rest]) => {
      let state = order.initial;
      for (const step of [first, ...rest]) {
        const decision = step(state);
        for (const event of decision.outcome === 'accepted' ? decision.events : []) {
          codec.encode(event);
          const next = order.evolve(state, event);
          expect(mayBecome[state.status]).toContain(next.status);
          expectLinesToAddUp(next);
          state = next;
          reached.add(state.status);
        }
      }
    }),
    // With a seed, because how far the runs get must not be a matter of luck.
    { numRuns: 1_000, seed: 1_834 },
  );
  // A run that never gets far proves little.
  expect([...reached].sort()).toEqual(['ABSENT', 'CANCELLED', 'DELIVERED', 'PAID', 'PENDING', 'SHIPPED']);
});

function expectLinesToAddUp(state: OrderState): void {
  if (state.status === 'ABSENT') {
    return;
  }
  const { lines, total } = state;
  expect(lines.length).toBeGreaterThanOrEqual(1);
  expect(lines.length).toBeLessThanOrEqual(10);
  expect(new Set(lines.map((line) => line.productId)).size).toBe(lines.length);
  expect(new Set(lines.map((line) => line.unitPrice.currency)).size).toBe(1);
  expect(lines.map((line) => line.totalPrice).reduce(addMoney)).toEqual(total);
}
