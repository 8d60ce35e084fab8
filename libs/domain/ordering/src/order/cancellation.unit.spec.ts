import { given } from '@tidemark/kernel/testing';
import { cancelOrder } from './cancel-order';
import { order } from './order';
import {
  cancellationRejected,
  cancellationRequested,
  cancelled,
  cancelledFrom,
  customerId,
  delivered,
  orderId,
  paid,
  pending,
  shipped,
} from './order.fixture';
import { rejectCancellation } from './reject-cancellation';
import { requestCancellation } from './request-cancellation';

describe('RequestCancellation', () => {
  const request = requestCancellation.bind(undefined, { orderId, reason: 'too late' });

  test('cancels a pending order at once', () => {
    given(order, ...pending)
      .when(request)
      .then(cancelledFrom('PENDING', 'too late'));
  });

  test('records the request for a paid order, which then waits for the shipment', () => {
    given(order, ...paid)
      .when(request)
      .then(cancellationRequested);
  });

  test('may be repeated while the shipment has not answered', () => {
    given(order, ...paid, cancellationRequested)
      .when(request)
      .then(cancellationRequested);
  });

  test('is refused after the shipment has rejected the cancellation', () => {
    given(order, ...paid, cancellationRequested, cancellationRejected)
      .when(request)
      .thenRefused('order_already_shipped');
  });

  test.each([
    ['order_already_shipped', shipped],
    ['order_already_shipped', delivered],
    ['order_already_cancelled', cancelled],
    ['not_found', []],
  ])('%s', (code, history) => {
    given(order, ...history)
      .when(request)
      .thenRefused(code);
  });
});

describe('CancelOrder', () => {
  const cancel = cancelOrder.bind(undefined, { orderId, reason: 'insufficient_stock' });

  test.each([
    ['PENDING' as const, pending],
    ['PAID' as const, paid],
    ['PAID' as const, [...paid, cancellationRequested]],
  ])('cancels an order that is %s', (previousStatus, history) => {
    given(order, ...history)
      .when(cancel)
      .then(cancelledFrom(previousStatus, 'insufficient_stock'));
  });

  test.each([shipped, delivered])('is answered with a rejection when the order was shipped', (...history) => {
    given(order, ...history)
      .when(cancel)
      .then({
        type: 'OrderCancellationRejected',
        data: { orderId, customerId, reason: 'order_already_shipped' },
      });
  });

  test('changes nothing on a repeat', () => {
    given(order, ...cancelled)
      .when(cancel)
      .thenNothing();
  });

  test('needs an order', () => {
    given(order).when(cancel).thenRefused('not_found');
  });
});

describe('RejectCancellation', () => {
  const reject = rejectCancellation.bind(undefined, { orderId, reason: 'shipment_already_dispatched' });

  test('closes the request, and the order continues', () => {
    given(order, ...paid, cancellationRequested)
      .when(reject)
      .then(cancellationRejected);
    const state = [...paid, cancellationRequested, cancellationRejected].reduce(order.evolve, order.initial);
    expect(state).toMatchObject({ status: 'PAID', cancellation: 'REJECTED' });
  });

  test('closes the request of an order that was marked shipped meanwhile', () => {
    given(order, ...paid, cancellationRequested, shipped[2]!)
      .when(reject)
      .then(cancellationRejected);
  });

  test.each([
    ['never requested', paid],
    ['rejected', [...paid, cancellationRequested, cancellationRejected]],
  ])('is answered when the cancellation was %s', (_, history) => {
    given(order, ...history)
      .when(reject)
      .then(cancellationRejected);
  });

  test.each([
    ['pending', pending],
    ['cancelled', [...paid, cancellationRequested, cancelledFrom('PAID')]],
  ])('does not change an order that is %s', (_, history) => {
    given(order, ...history)
      .when(reject)
      .thenNothing();
  });

  test('needs an order', () => {
    given(order).when(reject).thenRefused('not_found');
  });
});
