import { money } from '@tidemark/kernel';
import { given } from '@tidemark/testing';
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

describe('what to ask of the provider', () => {
  test('the refund of what was captured', () => {
    expect(refundFor(command, fold(...paid))).toStrictEqual({
      idempotencyKey: `refund-${first}-0`,
      paymentId: first,
      transactionId: 'tx-1',
      amount,
    });
  });

  test('a second refund has a key of its own', () => {
    expect(refundFor({ ...command, amount: rest }, fold(...paid, refunded(first, part)))).toMatchObject({
      idempotencyKey: `refund-${first}-1`,
    });
  });

  test('a refund that the provider refused is a new one to it, and one that broke a rule is not', () => {
    const keyAfter = (...history: PaymentEvent[]) =>
      refundFor(command, fold(...paid, ...history))?.idempotencyKey;
    const refusal = failed('PROVIDER_REFUSED', { reason: 'try_later', amount });
    expect(keyAfter(refusal)).toBe(`refund-${first}-1`);
    expect(keyAfter(refusal, refusal)).toBe(`refund-${first}-2`);
    expect(keyAfter(failed('CURRENCY_MISMATCH', { reason: 'no', amount }))).toBe(`refund-${first}-0`);
  });

  test.each([
    ['more than was captured', command, [...paid, refunded(first, part)]],
    ['another currency', { ...command, amount: money(1, 'EUR') }, paid],
    ['a negative amount', { ...command, amount: money(-1, 'GBP') }, paid],
    ['nothing', { ...command, amount: money(0, 'GBP') }, paid],
    ['what was not captured', command, [requested(first)]],
    ['what was refunded', command, [...paid, refunded(first)]],
    ['an unknown payment', command, []],
  ])('nothing for %s', (_, refund, history) => {
    expect(refundFor(refund, fold(...history))).toBeUndefined();
  });
});

test('a refund that was made is recorded', () => {
  given(payment, ...paid)
    .when((state) => refundPayment({ ...command, answer: yes }, state))
    .then(refunded(first));
  expect(fold(...paid, refunded(first)).attempts).toMatchObject([{ status: 'REFUNDED', refunded: amount }]);
});

test('money that came after the attempt had expired is refunded like any other', () => {
  given(payment, requested(first), expired(first), captured(first))
    .when((state) => refundPayment({ ...command, answer: yes }, state))
    .then(refunded(first));
});

test('refunds add up to what was captured, and not beyond', () => {
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
])('what is %s has no money to refund', (status, history) => {
  given(payment, ...history)
    .when((state) => refundPayment(command, state))
    .then(failed('NOT_CAPTURED', { reason: `the payment is ${status}`, amount }));
});

test('the provider’s refusal is an answer too', () => {
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

test('nothing is decided about a refund that is due without the provider’s answer', () => {
  given(payment, ...paid)
    .when((state) => refundPayment(command, state))
    .thenRefused('concurrent_modification');
});

test('needs a payment', () => {
  given(payment)
    .when((state) => refundPayment(command, state))
    .thenRefused('not_found');
});
