import { parseProductId } from '@tidemark/catalogue';
import { given } from '@tidemark/kernel/testing';
import { addItemToOrder } from './add-item-to-order';
import { maxChangesPerOrder } from './change-limit';
import { changeShippingAddress } from './change-shipping-address';
import type { OrderEvent } from './events';
import { markOrderShipped } from './mark-order-shipped';
import { order, type OrderState } from './order';
import {
  ada,
  cancellationRejected,
  cancellationRequested,
  created,
  customerId,
  line,
  orderId,
  paid,
  paris,
  requested,
  shipmentId,
} from './order.fixture';
import { payOrder } from './pay-order';
import { rejectCancellation } from './reject-cancellation';
import { removeItemFromOrder } from './remove-item-from-order';
import { requestCancellation } from './request-cancellation';

const twoLines = created(line('A'), line('B'));
const readdressed: OrderEvent = {
  type: 'ShippingAddressChanged',
  data: { orderId, customerId, shippingAddress: paris },
};

function changed(times: number): OrderEvent[] {
  return [twoLines, ...Array<OrderEvent>(times).fill(readdressed)];
}

const changes = [
  ['a new address', changeShippingAddress.bind(undefined, { orderId, shippingAddress: paris })],
  ['another line', addItemToOrder.bind(undefined, { orderId, line: requested('C') })],
  ['a line less', removeItemFromOrder.bind(undefined, { orderId, productId: parseProductId('A')! })],
] as const;

describe.each(changes)('%s', (_, change) => {
  test('is accepted as the last of 500 changes', () => {
    const decision = change(changed(maxChangesPerOrder - 1).reduce(order.evolve, order.initial));
    expect(decision).toMatchObject({ outcome: 'accepted' });
  });

  test.each([maxChangesPerOrder, 4_000])('is refused after %i changes', (times) => {
    given(order, ...changed(times))
      .when(change)
      .thenRefused('order_change_limit');
  });
});

test('every kind of change counts, and steps of the process do not', () => {
  const state = [
    twoLines,
    readdressed,
    { type: 'ItemAddedToOrder', data: { orderId, customerId, line: line('C'), total: line('C').totalPrice } },
    {
      type: 'ItemRemovedFromOrder',
      data: { orderId, customerId, productId: parseProductId('C')!, total: line('A').totalPrice },
    },
    ...paid.slice(1),
    cancellationRequested,
    cancellationRejected,
    { type: 'OrderShipped', data: { orderId, customerId, shipmentId, total: line('A').totalPrice } },
  ] satisfies OrderEvent[];
  expect(state.reduce<OrderState>(order.evolve, order.initial)).toMatchObject({
    status: 'SHIPPED',
    customer: ada,
    changes: 4,
  });
});

describe.each([maxChangesPerOrder, 4_000])('an order that was changed %i times', (times) => {
  const pending = changed(times);
  const paidAtLast = [...pending, ...paid.slice(1)];

  test('is paid', () => {
    const state = pending.reduce<OrderState>(order.evolve, order.initial);
    const amount = state.status === 'ABSENT' ? undefined : state.total;
    expect(payOrder({ orderId, customerId, paymentId: shipmentId, amount: amount! }, state)).toMatchObject({
      events: [{ type: 'OrderPaid' }],
    });
  });

  test('is cancelled while it is pending', () => {
    const state = pending.reduce<OrderState>(order.evolve, order.initial);
    expect(requestCancellation({ orderId, reason: 'too late' }, state)).toMatchObject({
      events: [{ type: 'OrderCancelled' }],
    });
  });

  test('accepts one cancellation request once it is paid', () => {
    const request = requestCancellation.bind(undefined, { orderId, reason: 'too late' });
    given(order, ...paidAtLast)
      .when(request)
      .then(cancellationRequested);
    given(order, ...paidAtLast, cancellationRequested)
      .when(request)
      .thenRefused('order_change_limit');
  });

  test('accepts the rejection of its cancellation, and is shipped', () => {
    given(order, ...paidAtLast, cancellationRequested)
      .when((state) => rejectCancellation({ orderId, reason: 'shipment_already_dispatched' }, state))
      .then(cancellationRejected);
    expect(
      markOrderShipped({ orderId, shipmentId }, paidAtLast.reduce<OrderState>(order.evolve, order.initial)),
    ).toMatchObject({ events: [{ type: 'OrderShipped' }] });
  });
});
