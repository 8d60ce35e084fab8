import { given } from '@tidemark/kernel/testing';
import type { CaptureAnswer } from '../payment-provider';
import { capturePayment, chargeFor } from './capture-payment';
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
  second,
} from './payment.fixture';

const command = { orderId, paymentId: first };
const yes: CaptureAnswer = { outcome: 'captured', transactionId: 'tx-1' };
const no: CaptureAnswer = { outcome: 'declined', reason: 'card_declined' };

const fold = (...history: PaymentEvent[]) => history.reduce(payment.evolve, payment.initial);

describe('the request to the provider', () => {
  test.each([
    ['open', [requested(first)]],
    ['expired, as its outcome is unknown', [requested(first), expired(first), requested(second)]],
  ])('is the charge of an attempt that is %s, always with the same key', (_, history) => {
    expect(chargeFor(command, fold(...history))).toStrictEqual({
      idempotencyKey: `capture-${first}`,
      paymentId: first,
      orderId,
      amount,
      cardToken: 'tok_ok',
    });
  });

  test.each([
    ['unknown', [requested(second)]],
    ['declined', [requested(first), declined(first)]],
    ['captured', [requested(first), captured(first)]],
    ['refunded', [requested(first), captured(first), refunded(first)]],
  ])('is absent when the attempt is %s', (_, history) => {
    expect(chargeFor(command, fold(...history))).toBeUndefined();
  });
});

test('a successful charge is recorded', () => {
  given(payment, requested(first))
    .when((state) => capturePayment({ ...command, answer: yes }, state))
    .then(captured(first));
});

test('a declined charge fails the attempt', () => {
  given(payment, requested(first))
    .when((state) => capturePayment({ ...command, answer: no }, state))
    .then(declined(first));
});

describe('an answer for an attempt that has expired', () => {
  const history = [requested(first), expired(first), requested(second)];

  test('records late money, so that it can be refunded', () => {
    given(payment, ...history)
      .when((state) => capturePayment({ ...command, answer: yes }, state))
      .then(captured(first));
  });

  test('settles the attempt if the charge was declined', () => {
    given(payment, ...history)
      .when((state) => capturePayment({ ...command, answer: no }, state))
      .then(declined(first));
    expect(chargeFor(command, fold(...history, declined(first)))).toBeUndefined();
  });
});

test.each([
  ['captured', [requested(first), captured(first)]],
  ['declined', [requested(first), declined(first)]],
  ['refunded', [requested(first), captured(first), refunded(first)]],
])('an answer for an attempt that was already %s changes nothing', (_, history) => {
  given(payment, ...history)
    .when((state) => capturePayment({ ...command, answer: yes }, state))
    .thenNothing();
});

test("an open attempt can't be decided without the provider's answer", () => {
  given(payment, requested(first))
    .when((state) => capturePayment(command, state))
    .thenRefused('concurrent_modification');
});

test('needs an attempt', () => {
  given(payment)
    .when((state) => capturePayment({ ...command, answer: yes }, state))
    .thenRefused('not_found');
});

test('attempts of one order are kept apart', () => {
  const state = fold(requested(first), declined(first), requested(second), captured(second));
  expect(state.attempts).toMatchObject([
    { paymentId: first, customerId, status: 'FAILED' },
    { paymentId: second, customerId, status: 'CAPTURED', transactionId: 'tx-1' },
  ]);
});
