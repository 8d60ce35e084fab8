import { EventCodec, money, type Decision } from '@tidemark/kernel';
import fc from 'fast-check';
import { parsePaymentId } from '../payment-id';
import { capturePayment, chargeFor } from './capture-payment';
import { paymentContracts, type PaymentEvent } from './events';
import { payment, type PaymentState } from './payment';
import { method, noon, orderId, pendingOrder } from './payment.fixture';
import { refundFor, refundPayment } from './refund-payment';
import { requestPayment } from './request-payment';

type Decide = (state: PaymentState) => Decision<PaymentEvent>;

/** Stands for the provider: the same key always gets the same answer. */
function ledger(declineFirst: boolean) {
  const answers = new Map<string, 'done' | 'refused'>();
  return {
    answer(key: string) {
      const known = answers.get(key) ?? (declineFirst && answers.size === 0 ? 'refused' : 'done');
      answers.set(key, known);
      return known;
    },
  };
}

const paymentId = fc
  .integer({ min: 0, max: 3 })
  .map((n) => parsePaymentId(`0192f0c1-0000-7000-8000-00000000000${n}`)!);
const amount = fc
  .tuple(fc.oneof(fc.nat(700), fc.constant(678)), fc.constantFrom('GBP', 'GBP', 'GBP', 'EUR'))
  .map(([n, code]) => money(n, code));

const step = fc.oneof(
  fc.record({ command: fc.constant('request' as const), paymentId, minutes: fc.nat(60) }),
  fc.record({ command: fc.constant('capture' as const), paymentId }),
  fc.record({ command: fc.constant('refund' as const), paymentId, amount }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const codec = new EventCodec(paymentContracts);

function decideWith(provider: ReturnType<typeof ledger>, next: Step): Decide {
  return (state) => {
    switch (next.command) {
      case 'request': {
        const now = new Date(noon.getTime() + next.minutes * 60_000);
        return requestPayment(
          { orderId, paymentId: next.paymentId, method, order: pendingOrder, now },
          state,
        );
      }
      case 'capture': {
        const command = { orderId, paymentId: next.paymentId };
        const charge = chargeFor(command, state);
        return capturePayment(
          {
            ...command,
            answer:
              charge &&
              (provider.answer(charge.idempotencyKey) === 'done'
                ? { outcome: 'captured', transactionId: charge.idempotencyKey }
                : { outcome: 'declined', reason: 'card_declined' }),
          },
          state,
        );
      }
      case 'refund': {
        const command = { orderId, paymentId: next.paymentId, amount: next.amount, reason: 'r' };
        const refund = refundFor(command, state);
        return refundPayment(
          {
            ...command,
            answer:
              refund &&
              (provider.answer(refund.idempotencyKey) === 'done'
                ? { outcome: 'refunded', refundId: refund.idempotencyKey }
                : { outcome: 'refused', reason: 'too_old' }),
          },
          state,
        );
      }
    }
  };
}

test('whatever is asked of a payment, 0 <= refunded <= captured, and one open attempt at most', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.boolean(), fc.array(step, { maxLength: 60 }), (declineFirst, steps) => {
      const provider = ledger(declineFirst);
      let state = payment.initial;
      for (const next of steps) {
        const decision = decideWith(provider, next)(state);
        for (const event of decision.outcome === 'accepted' ? decision.events : []) {
          codec.encode(event);
          state = payment.evolve(state, event);
          expectRules(state);
        }
      }
      state.attempts.forEach((attempt) => reached.add(attempt.status));
    }),
    // With a seed, because how far the runs get must not be a matter of luck.
    { numRuns: 1_000, seed: 1_834 },
  );
  // A run that never gets far proves little.
  expect([...reached].sort()).toEqual(['CAPTURED', 'EXPIRED', 'FAILED', 'REFUNDED', 'REQUESTED']);
});

function expectRules({ attempts }: PaymentState): void {
  expect(attempts.filter(({ status }) => status === 'REQUESTED').length).toBeLessThanOrEqual(1);
  expect(new Set(attempts.map((attempt) => attempt.paymentId)).size).toBe(attempts.length);
  for (const attempt of attempts) {
    if (attempt.status === 'CAPTURED' || attempt.status === 'REFUNDED') {
      expect(attempt.refunded.currency).toBe(attempt.amount.currency);
      expect(attempt.refunded.amount).toBeGreaterThanOrEqual(0);
      expect(attempt.refunded.amount).toBeLessThanOrEqual(attempt.amount.amount);
      expect(attempt.status === 'REFUNDED').toBe(
        attempt.refunded.amount === attempt.amount.amount && attempt.refundIds.length > 0,
      );
    }
  }
}
