import { money, type Money } from '@tidemark/kernel/money';
import { Subject, step, type Step } from '@tidemark/kernel/testing';
import fc from 'fast-check';
import { ok, strictEqual } from 'node:assert';
import { parsePaymentId, type PaymentId } from '../payment-id';
import { capturePayment, chargeFor } from './capture-payment';
import { paymentContracts, type PaymentEvent } from './events';
import { payment, type PaymentState } from './payment';
import { amount as captured, method, noon, orderId, pendingOrder } from './payment.fixture';
import { refundFor, refundPayment } from './refund-payment';
import { requestPayment } from './request-payment';

/** A simple model of a payment attempt. */
interface Attempt {
  status: 'REQUESTED' | 'EXPIRED' | 'FAILED' | 'CAPTURED';
  readonly requestedAt: number;
  refunded: number;
}

interface Model {
  readonly attempts: Map<PaymentId, Attempt>;
}

type PaymentStep = Step<Model, PaymentState, PaymentEvent>;

const expiryMinutes = 15;
const paymentId = fc
  .integer({ min: 0, max: 4 })
  .map((n) => parsePaymentId(`0192f0c1-0000-7000-8000-00000000000${n}`)!);
const part: fc.Arbitrary<Money> = fc
  .tuple(fc.oneof(fc.nat(700), fc.constant(captured.amount)), fc.constantFrom('GBP', 'GBP', 'GBP', 'EUR'))
  .map(([amount, code]) => money(amount, code));

const request = fc.record({ id: paymentId, minute: fc.nat(90) }).map(({ id, minute }): PaymentStep =>
  step(
    `request ${id.at(-1)} at minute ${minute}`,
    (state) => {
      const now = new Date(noon.getTime() + minute * 60_000);
      return requestPayment({ orderId, paymentId: id, method, order: pendingOrder, now }, state);
    },
    ({ attempts }) => {
      if (attempts.has(id)) {
        return [];
      }
      const open = [...attempts.values()].filter(({ status }) => status === 'REQUESTED');
      const isPaid = [...attempts.values()].some(
        ({ status, refunded }) => status === 'CAPTURED' && refunded < captured.amount,
      );
      if (isPaid || open.some(({ requestedAt }) => minute < requestedAt + expiryMinutes)) {
        return 'payment_in_progress';
      }
      open.forEach((attempt) => (attempt.status = 'EXPIRED'));
      attempts.set(id, { status: 'REQUESTED', requestedAt: minute, refunded: 0 });
      return [...open.map(() => 'PaymentFailed'), 'PaymentRequested'];
    },
  ),
);

const capture = fc.record({ id: paymentId, declined: fc.boolean() }).map(({ id, declined }): PaymentStep =>
  step(
    `${declined ? 'decline' : 'capture'} ${id.at(-1)}`,
    (state) => {
      const command = { orderId, paymentId: id };
      const charge = chargeFor(command, state);
      const answer = declined
        ? ({ outcome: 'declined', reason: 'card_declined' } as const)
        : ({ outcome: 'captured', transactionId: `t-${id}` } as const);
      return capturePayment({ ...command, answer: charge && answer }, state);
    },
    ({ attempts }) => {
      const attempt = attempts.get(id);
      if (!attempt) {
        return 'not_found';
      }
      if (attempt.status !== 'REQUESTED' && attempt.status !== 'EXPIRED') {
        return [];
      }
      attempt.status = declined ? 'FAILED' : 'CAPTURED';
      return [declined ? 'PaymentFailed' : 'PaymentCaptured'];
    },
  ),
);

const refund = fc
  .record({ id: paymentId, amount: part, refused: fc.integer({ min: 0, max: 9 }).map((n) => n === 0) })
  .map(({ id, amount, refused }): PaymentStep =>
    step(
      `refund ${amount.amount} ${amount.currency} of ${id.at(-1)}`,
      (state) => {
        const command = { orderId, paymentId: id, amount, reason: 'r' };
        const asked = refundFor(command, state);
        const answer = refused
          ? ({ outcome: 'refused', reason: 'too_old' } as const)
          : ({ outcome: 'refunded', refundId: asked?.idempotencyKey ?? '' } as const);
        return refundPayment({ ...command, answer: asked && answer }, state);
      },
      ({ attempts }) => {
        const attempt = attempts.get(id);
        if (!attempt) {
          return 'not_found';
        }
        const isCaptured = attempt.status === 'CAPTURED';
        if (isCaptured && attempt.refunded === captured.amount) {
          return [];
        }
        const left = captured.amount - attempt.refunded;
        const isAllowed = amount.currency === 'GBP' && amount.amount >= 1 && amount.amount <= left;
        if (!isCaptured || !isAllowed || refused) {
          return ['PaymentRefundFailed'];
        }
        attempt.refunded += amount.amount;
        return ['PaymentRefunded'];
      },
    ),
  );

/** Plain assertions, because they come after each of tens of thousands of events. */
function expectRules({ attempts }: PaymentState): void {
  ok(attempts.filter(({ status }) => status === 'REQUESTED').length <= 1, 'two open attempts');
  strictEqual(new Set(attempts.map((attempt) => attempt.paymentId)).size, attempts.length);
  for (const attempt of attempts) {
    if (attempt.status === 'CAPTURED' || attempt.status === 'REFUNDED') {
      const { amount, refunded } = attempt;
      strictEqual(refunded.currency, amount.currency);
      ok(refunded.amount >= 0 && refunded.amount <= amount.amount, `${refunded.amount} given back`);
      strictEqual(attempt.status === 'REFUNDED', refunded.amount === amount.amount);
    }
  }
}

test('after any commands to a payment, 0 <= refunded <= captured, and at most one attempt is open', () => {
  const [seen, reached] = [new Set<string>(), new Set<string>()];
  fc.assert(
    fc.property(fc.commands([request, capture, refund], { maxCommands: 60, size: 'max' }), (commands) => {
      const model: Model = { attempts: new Map() };
      const subject = new Subject(payment, (state, _, event) => {
        expectRules(state);
        seen.add(event.type);
        state.attempts.forEach(({ status }) => reached.add(status));
      });
      fc.modelRun(() => ({ model, real: subject }), commands);
      expect(subject.state.attempts.map(({ paymentId }) => paymentId)).toEqual([...model.attempts.keys()]);
    }),
    // The seed keeps the coverage of the runs independent of chance.
    { numRuns: 1_000, seed: 1_834 },
  );
  // Runs that refuse most commands prove little.
  expect(seen.size).toBe(paymentContracts.length);
  expect([...reached].sort()).toEqual(['CAPTURED', 'EXPIRED', 'FAILED', 'REFUNDED', 'REQUESTED']);
});
