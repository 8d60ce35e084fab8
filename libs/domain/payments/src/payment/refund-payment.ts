import { accept, refuse, type Decision } from '@tidemark/kernel';
import { addMoney, type Money } from '@tidemark/kernel/money';
import type { OrderId } from '@tidemark/ordering';
import type { PaymentId } from '../payment-id';
import type { RefundAnswer, RefundRequest } from '../payment-provider';
import type { PaymentEvent } from './events';
import { attemptOf, type PaymentAttempt, type PaymentState } from './payment';

/**
 * The process sends it. It has three steps, like `CapturePayment`: `refundFor`, the provider's answer, `refundPayment`.
 */
export interface RefundPayment {
  readonly orderId: OrderId;
  readonly paymentId: PaymentId;
  /** At most the amount that was captured and not refunded yet; 0 only for a payment of 0. */
  readonly amount: Money;
  readonly reason: string;
}

type CapturedAttempt = Extract<PaymentAttempt, { refunded: Money }>;
type BrokenRule = 'NOT_CAPTURED' | 'CURRENCY_MISMATCH' | 'AMOUNT_OUT_OF_RANGE';

/** The refund to request; `undefined` if it was already made or a rule forbids it. */
export function refundFor(
  { paymentId, amount }: RefundPayment,
  state: PaymentState,
): RefundRequest | undefined {
  const attempt = attemptOf(state, paymentId);
  if (attempt?.status !== 'CAPTURED' || brokenRule(attempt, amount)) {
    return undefined;
  }
  // The number of recorded answers determines the key of an attempt. A crash does not change the key, so the repeat
  // finds the answer. A refusal does, because a provider repeats its answer to the same key.
  const idempotencyKey = `refund-${paymentId}-${attempt.refundIds.length + attempt.refusals}`;
  return { idempotencyKey, paymentId, transactionId: attempt.transactionId, amount };
}

/**
 * Total for an existing payment. A fully refunded payment yields no events.
 *
 * @param command.answer the provider's answer to the refund of `refundFor`; absent if there was none.
 */
export function refundPayment(
  command: RefundPayment & { readonly answer?: RefundAnswer | undefined },
  state: PaymentState,
): Decision<PaymentEvent, 'not_found' | 'concurrent_modification'> {
  const { paymentId, amount, reason, answer } = command;
  const attempt = attemptOf(state, paymentId);
  if (!attempt) {
    return refuse('not_found', `there is no payment ${paymentId}`);
  }
  if (attempt.status === 'REFUNDED') {
    return accept();
  }
  const { orderId, customerId } = attempt;
  const fail = (cause: BrokenRule | 'PROVIDER_REFUSED', why: string) =>
    accept<PaymentEvent>({
      type: 'PaymentRefundFailed',
      data: { paymentId, orderId, customerId, amount, cause, reason: why },
    });
  if (attempt.status !== 'CAPTURED') {
    return fail('NOT_CAPTURED', `the payment is ${attempt.status}`);
  }
  if (answer?.outcome === 'refunded' && attempt.refundIds.includes(answer.refundId)) {
    return accept();
  }
  const broken = brokenRule(attempt, amount);
  if (broken) {
    return fail(broken, `${refundable(attempt)} ${attempt.amount.currency} can be refunded`);
  }
  if (!answer) {
    return refuse('concurrent_modification', 'the payment provider must be asked first');
  }
  if (answer.outcome === 'refused') {
    return fail('PROVIDER_REFUSED', answer.reason);
  }
  const totalRefunded = addMoney(attempt.refunded, amount);
  return accept({
    type: 'PaymentRefunded',
    data: { paymentId, orderId, customerId, amount, totalRefunded, refundId: answer.refundId, reason },
  });
}

function brokenRule(attempt: CapturedAttempt, { amount, currency }: Money): BrokenRule | undefined {
  if (currency !== attempt.amount.currency) {
    return 'CURRENCY_MISMATCH';
  }
  const least = Math.min(1, attempt.amount.amount);
  return amount < least || amount > refundable(attempt) ? 'AMOUNT_OUT_OF_RANGE' : undefined;
}

function refundable({ amount: captured, refunded }: CapturedAttempt): number {
  return captured.amount - refunded.amount;
}
