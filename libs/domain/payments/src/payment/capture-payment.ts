import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import type { PaymentId } from '../payment-id';
import type { CaptureAnswer, CaptureRequest } from '../payment-provider';
import type { PaymentEvent } from './events';
import { attemptOf, type PaymentState } from './payment';

/**
 * The process sends it for every requested payment. It has three steps, of which only the second has a side effect:
 * `chargeFor` returns the charge to request, the provider answers, and `capturePayment` decides on the answer.
 */
export interface CapturePayment {
  readonly orderId: OrderId;
  readonly paymentId: PaymentId;
}

/**
 * The charge to request; `undefined` if its outcome is already known. The charge of an expired attempt is requested
 * again. Only this request finds a charge that a crash left without an event, so that it can be refunded.
 */
export function chargeFor({ paymentId }: CapturePayment, state: PaymentState): CaptureRequest | undefined {
  const attempt = attemptOf(state, paymentId);
  if (attempt?.status !== 'REQUESTED' && attempt?.status !== 'EXPIRED') {
    return undefined;
  }
  const { orderId, amount, method } = attempt;
  return { idempotencyKey: `capture-${paymentId}`, paymentId, orderId, amount, cardToken: method.token };
}

/** @param command.answer the provider's answer to the charge of `chargeFor`; absent if there was none. */
export function capturePayment(
  { paymentId, answer }: CapturePayment & { readonly answer?: CaptureAnswer | undefined },
  state: PaymentState,
): Decision<PaymentEvent, 'not_found' | 'concurrent_modification'> {
  const attempt = attemptOf(state, paymentId);
  if (!attempt) {
    return refuse('not_found', `there is no payment ${paymentId}`);
  }
  if (attempt.status !== 'REQUESTED' && attempt.status !== 'EXPIRED') {
    return accept();
  }
  if (!answer) {
    return refuse('concurrent_modification', 'the payment provider must be asked first');
  }
  const { orderId, customerId, amount } = attempt;
  return answer.outcome === 'captured'
    ? accept({
        type: 'PaymentCaptured',
        data: { paymentId, orderId, customerId, amount, transactionId: answer.transactionId },
      })
    : accept({
        type: 'PaymentFailed',
        data: { paymentId, orderId, customerId, cause: 'DECLINED', reason: answer.reason },
      });
}
