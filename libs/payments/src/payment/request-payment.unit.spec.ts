import { order, type OrderState } from '@tidemark/ordering';
import { given } from '@tidemark/testing';
import { payment } from './payment';
import {
  captured,
  declined,
  expired,
  first,
  method,
  noon,
  orderId,
  pendingOrder,
  quarterPast,
  refunded,
  requested,
  second,
} from './payment.fixture';
import { requestPayment, type RequestPayment } from './request-payment';

const command: RequestPayment = { orderId, paymentId: first, method, order: pendingOrder, now: noon };
const again: RequestPayment = { ...command, paymentId: second };

test('the intent is stored with the order’s total and an expiry after 15 minutes', () => {
  given(payment)
    .when((state) => requestPayment(command, state))
    .then(requested(first));
});

test('the expiry can be another', () => {
  given(payment)
    .when((state) => requestPayment({ ...command, expiryMs: 1_000 }, state))
    .then(requested(first, new Date(noon.getTime() + 1_000)));
});

test('needs an order', () => {
  given(payment)
    .when((state) => requestPayment({ ...command, order: order.initial }, state))
    .thenRefused('not_found');
});

test.each(['PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED'])('an order that is %s is not paid', (status) => {
  const later = { ...pendingOrder, status } as OrderState;
  given(payment)
    .when((state) => requestPayment({ ...command, order: later }, state))
    .thenRefused('order_not_pending');
});

test.each([
  ['open', [requested(first)]],
  ['captured', [requested(first), captured(first)]],
  [
    'refunded in part only',
    [requested(first), captured(first), refunded(first, { amount: 1, currency: 'GBP' })],
  ],
])('a second attempt is refused while one is %s', (_, history) => {
  given(payment, ...history)
    .when((state) => requestPayment(again, state))
    .thenRefused('payment_in_progress');
});

test.each([
  ['declined', [requested(first), declined(first)]],
  ['refunded', [requested(first), captured(first), refunded(first)]],
])('a second attempt is welcome once the first was %s', (_, history) => {
  given(payment, ...history)
    .when((state) => requestPayment(again, state))
    .then(requested(second));
});

describe('an open attempt', () => {
  test('keeps others out until the last moment', () => {
    const now = new Date(quarterPast.getTime() - 1);
    given(payment, requested(first))
      .when((state) => requestPayment({ ...again, now }, state))
      .thenRefused('payment_in_progress');
  });

  test('makes room once it has expired', () => {
    given(payment, requested(first))
      .when((state) => requestPayment({ ...again, now: quarterPast }, state))
      .then(expired(first), requested(second, new Date('2026-01-01T12:30:00.000Z')));
  });
});

test('money that came late keeps others out until it is refunded', () => {
  given(payment, requested(first), expired(first), captured(first))
    .when((state) => requestPayment({ ...again, now: quarterPast }, state))
    .thenRefused('payment_in_progress');
});

test('the same attempt again changes nothing', () => {
  given(payment, requested(first))
    .when((state) => requestPayment(command, state))
    .thenNothing();
});
