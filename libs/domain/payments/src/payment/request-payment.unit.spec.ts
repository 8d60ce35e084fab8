import { order, type OrderState } from '@tidemark/ordering';
import { given } from '@tidemark/kernel/testing';
import { parsePaymentId } from '../payment-id';
import { capturePayment } from './capture-payment';
import type { PaymentEvent } from './events';
import { payment } from './payment';
import {
  amount,
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
import { refundPayment } from './refund-payment';
import { maxAttemptsPerOrder, requestPayment, type RequestPayment } from './request-payment';

const command: RequestPayment = { orderId, paymentId: first, method, order: pendingOrder, now: noon };
const again: RequestPayment = { ...command, paymentId: second };

test("the request is stored with the order's total, and expires after 15 minutes", () => {
  given(payment)
    .when((state) => requestPayment(command, state))
    .then(requested(first));
});

test('the expiry is configurable', () => {
  given(payment)
    .when((state) => requestPayment({ ...command, expiryMs: 1_000 }, state))
    .then(requested(first, new Date(noon.getTime() + 1_000)));
});

test('needs an order', () => {
  given(payment)
    .when((state) => requestPayment({ ...command, order: order.initial }, state))
    .thenRefused('not_found');
});

test.each(['PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED'])("an order that is %s can't be paid", (status) => {
  const later = { ...pendingOrder, status } as OrderState;
  given(payment)
    .when((state) => requestPayment({ ...command, order: later }, state))
    .thenRefused('order_not_pending');
});

test.each([
  ['open', [requested(first)]],
  ['captured', [requested(first), captured(first)]],
  [
    'only partly refunded',
    [requested(first), captured(first), refunded(first, { amount: 1, currency: 'GBP' })],
  ],
])('a second attempt is refused while the first is %s', (_, history) => {
  given(payment, ...history)
    .when((state) => requestPayment(again, state))
    .thenRefused('payment_in_progress');
});

test.each([
  ['declined', [requested(first), declined(first)]],
  ['refunded', [requested(first), captured(first), refunded(first)]],
])('a second attempt is accepted once the first was %s', (_, history) => {
  given(payment, ...history)
    .when((state) => requestPayment(again, state))
    .then(requested(second));
});

describe('an open attempt', () => {
  test('blocks other attempts until it expires', () => {
    const now = new Date(quarterPast.getTime() - 1);
    given(payment, requested(first))
      .when((state) => requestPayment({ ...again, now }, state))
      .thenRefused('payment_in_progress');
  });

  test('is closed by the next attempt once it has expired', () => {
    given(payment, requested(first))
      .when((state) => requestPayment({ ...again, now: quarterPast }, state))
      .then(expired(first), requested(second, new Date('2026-01-01T12:30:00.000Z')));
  });
});

test('late money blocks other attempts until it is refunded', () => {
  given(payment, requested(first), expired(first), captured(first))
    .when((state) => requestPayment({ ...again, now: quarterPast }, state))
    .thenRefused('payment_in_progress');
});

test('a repeat of the same attempt changes nothing', () => {
  given(payment, requested(first))
    .when((state) => requestPayment(command, state))
    .thenNothing();
});

describe('the limit of ten attempts', () => {
  const ids = Array.from({ length: maxAttemptsPerOrder }, (_, index) =>
    parsePaymentId(`0192f0c1-0000-7000-8000-0000000001${String(index).padStart(2, '0')}`)!,
  );
  const failed = ids.flatMap((id) => [requested(id), declined(id)]);

  test('accepts a tenth attempt after nine attempts', () => {
    given(payment, ...failed.slice(0, -2))
      .when((state) => requestPayment(command, state))
      .then(requested(first));
  });

  test.each([
    ['declined', failed],
    ['refunded', ids.flatMap((id) => [requested(id), captured(id), refunded(id)])],
    [
      'expired, with the last one still open',
      ids.flatMap((id): PaymentEvent[] => [requested(id), expired(id)]).slice(0, -1),
    ],
  ])('refuses an eleventh attempt after ten attempts that were all %s', (_, history) => {
    given(payment, ...history)
      .when((state) => requestPayment({ ...command, now: quarterPast }, state))
      .thenRefused('payment_attempt_limit');
  });

  test('does not change the answer to a repeat of the tenth attempt', () => {
    given(payment, ...failed)
      .when((state) => requestPayment({ ...command, paymentId: ids.at(-1)! }, state))
      .thenNothing();
  });

  test('does not stop late money from being recorded and refunded', () => {
    const last = ids.at(-1)!;
    const late = [...failed.slice(0, -1), expired(last)];
    given(payment, ...late)
      .when((state) =>
        capturePayment(
          { orderId, paymentId: last, answer: { outcome: 'captured', transactionId: 'tx-1' } },
          state,
        ),
      )
      .then(captured(last));
    given(payment, ...late, captured(last))
      .when((state) =>
        refundPayment(
          {
            ...{ orderId, paymentId: last, amount, reason: 'order_cancelled' },
            answer: { outcome: 'refunded', refundId: 'refund-1' },
          },
          state,
        ),
      )
      .then(refunded(last));
  });
});
