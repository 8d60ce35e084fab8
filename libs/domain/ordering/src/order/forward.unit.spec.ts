import { given } from '@tidemark/kernel/testing';
import { markOrderDelivered } from './mark-order-delivered';
import { markOrderShipped } from './mark-order-shipped';
import { order } from './order';
import {
  cancellationRequested,
  cancelled,
  delivered,
  orderId,
  paid,
  pending,
  shipmentId,
  shipped,
} from './order.fixture';

describe('MarkOrderShipped', () => {
  const ship = markOrderShipped.bind(undefined, { orderId, shipmentId });

  test.each([
    ['paid', paid],
    ['paid, with a cancellation request', [...paid, cancellationRequested]],
  ])('ships an order that is %s', (_, history) => {
    given(order, ...history)
      .when(ship)
      .then(shipped[2]!);
  });

  test.each([
    ['shipped', shipped],
    ['delivered', delivered],
  ])('changes nothing when the order is %s', (_, history) => {
    given(order, ...history)
      .when(ship)
      .thenNothing();
  });

  test.each([
    ['order_not_paid', pending],
    ['order_already_cancelled', cancelled],
    ['not_found', []],
  ])('%s', (code, history) => {
    given(order, ...history)
      .when(ship)
      .thenRefused(code);
  });
});

describe('MarkOrderDelivered', () => {
  const deliver = markOrderDelivered.bind(undefined, { orderId });

  test('delivers a shipped order', () => {
    given(order, ...shipped)
      .when(deliver)
      .then(delivered[3]!);
  });

  test('changes nothing on a repeat', () => {
    given(order, ...delivered)
      .when(deliver)
      .thenNothing();
  });

  test.each([
    ['order_not_shipped', pending],
    ['order_not_shipped', paid],
    ['order_not_shipped', cancelled],
    ['not_found', []],
  ])('%s', (code, history) => {
    given(order, ...history)
      .when(deliver)
      .thenRefused(code);
  });
});
