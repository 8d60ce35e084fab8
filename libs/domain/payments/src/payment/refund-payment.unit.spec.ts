import { money } from '@tidemark/kernel/money';
import { given } from '@tidemark/kernel/testing';
import type { RefundAnswer } from '../payment-provider';
import type { PaymentEvent } from './events';
import { payment } from './payment';
import {
  amount,
  captured,
  customerId,
  declined,
  expired,
  first,
  orderId,
  refunded,
  requested,
} from './payment.fixture';
import { refundFor, refundPayment, type RefundPayment } from './refund-payment';

const command: RefundPayment = { orderId, paymentId: first, amount, reason: 'order_cancelled' };
const yes: RefundAnswer = { outcome: 'refunded', refundId: 'refund-1' };
const paid = [requested(first), captured(first)];
const part = money(78, 'GBP');
const rest = money(600, 'GBP');
const penny = money(1, 'GBP');

const fold = (...history: PaymentEvent[]) => history.reduce(payment.evolve, payment.initial);

function failed(
  cause: 'NOT_CAPTURED' | 'CURRENCY_MISMATCH' | 'AMOUNT_OUT_OF_RANGE' | 'PROVIDER_REFUSED',
  { reason, amount }: { reason: string; amount: RefundPayment['amount'] },
): PaymentEvent {
  return {
    type: 'PaymentRefundFailed',
    data: { paymentId: first, orderId, customerId, amount, cause, reason },
  };
}

describe('the request to the provider', () => {
  test('is the refund of the captured amount', () => {
    expect(refundFor(command, fold(...paid))).toStrictEqual({
      idempotencyKey: `refund-${first}-0`,
      paymentId: first,
      transactionId: 'tx-1',
      amount,
    });
  });

  test('has another key for a second refund', () => {
    expect(refundFor({ ...command, amount: rest }, fold(...paid, refunded(first, part)))).toMatchObject({
      idempotencyKey: `refund-${first}-1`,
    });
  });

  test('has a new key after a refusal by the provider, and the same key after a refusal by a rule', () => {
    const keyAfter = (...history: PaymentEvent[]) =>
      refundFor(command, fold(...paid, ...history))?.idempotencyKey;
    const refusal = failed('PROVIDER_REFUSED', { reason: 'try_later', amount });
    expect(keyAfter(refusal)).toBe(`refund-${first}-1`);
    expect(keyAfter(refusal, refusal)).toBe(`refund-${first}-2`);
    expect(keyAfter(failed('CURRENCY_MISMATCH', { reason: 'no', amount }))).toBe(`refund-${first}-0`);
  });

  test.each([
    ['more than the captured amount', command, [...paid, refunded(first, part)]],
    ['another currency', { ...command, amount: money(1, 'EUR') }, paid],
    ['a negative amount', { ...command, amount: money(-1, 'GBP') }, paid],
    ['nothing', { ...command, amount: money(0, 'GBP') }, paid],
    ['a payment that was not captured', command, [requested(first)]],
    ['a payment that was refunded', command, [...paid, refunded(first)]],
    ['an unknown payment', command, []],
  ])('is absent for %s', (_, refund, history) => {
    expect(refundFor(refund, fold(...history))).toBeUndefined();
  });
});

test('a successful refund is recorded', () => {
  given(payment, ...paid)
    .when((state) => refundPayment({ ...command, answer: yes }, state))
    .then(refunded(first));
  expect(fold(...paid, refunded(first)).attempts).toMatchObject([{ status: 'REFUNDED', refunded: amount }]);
});

test('money of an expired attempt is refunded like any other', () => {
  given(payment, requested(first), expired(first), captured(first))
    .when((state) => refundPayment({ ...command, answer: yes }, state))
    .then(refunded(first));
});

test('refunds can add up to the captured amount, and not to more', () => {
  const partly = [...paid, refunded(first, part)];
  given(payment, ...partly)
    .when((state) =>
      refundPayment(
        { ...command, amount: rest, answer: { outcome: 'refunded', refundId: 'refund-2' } },
        state,
      ),
    )
    .then(refunded(first, rest, amount, 'refund-2'));
  expect(fold(...partly).attempts).toMatchObject([{ status: 'CAPTURED', refunded: part }]);
  given(payment, ...partly)
    .when((state) => refundPayment(command, state))
    .then(failed('AMOUNT_OUT_OF_RANGE', { reason: '600 GBP can be refunded', amount }));
});

test.each([money(678, 'EUR'), money(0, 'EUR')])('a refund in another currency fails: %j', (euros) => {
  given(payment, ...paid)
    .when((state) => refundPayment({ ...command, amount: euros }, state))
    .then(failed('CURRENCY_MISMATCH', { reason: '678 GBP can be refunded', amount: euros }));
});

test.each([
  ['REQUESTED', [requested(first)]],
  ['EXPIRED', [requested(first), expired(first)]],
  ['FAILED', [requested(first), declined(first)]],
])('an attempt that is %s has no money to refund', (status, history) => {
  given(payment, ...history)
    .when((state) => refundPayment(command, state))
    .then(failed('NOT_CAPTURED', { reason: `the payment is ${status}`, amount }));
});

test('a refusal by the provider is recorded as a failed refund', () => {
  given(payment, ...paid)
    .when((state) => refundPayment({ ...command, answer: { outcome: 'refused', reason: 'too_old' } }, state))
    .then(failed('PROVIDER_REFUSED', { reason: 'too_old', amount }));
});

test('a refund is recorded once', () => {
  given(payment, ...paid, refunded(first, penny))
    .when((state) => refundPayment({ ...command, amount: penny, answer: yes }, state))
    .thenNothing();
});

test('once everything is refunded, a refund changes nothing', () => {
  given(payment, ...paid, refunded(first))
    .when((state) => refundPayment(command, state))
    .thenNothing();
});

test("a due refund can't be decided without the provider's answer", () => {
  given(payment, ...paid)
    .when((state) => refundPayment(command, state))
    .thenRefused('concurrent_modification');
});

test('needs a payment', () => {
  given(payment)
    .when((state) => refundPayment(command, state))
    .thenRefused('not_found');
});
