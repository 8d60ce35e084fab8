import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import type { PaymentId } from '../payment-id';
import type { CaptureAnswer, CaptureRequest } from '../payment-provider';
import type { PaymentEvent } from './events';
import { attemptOf, type PaymentState } from './payment';

/**
 * Sent by the process for every requested payment. Carried out in three steps, of which only the second has a side
 * effect: `chargeFor` says what to ask of the provider, the provider answers, `capturePayment` decides on the answer.
 */
export interface CapturePayment {
  readonly orderId: OrderId;
  readonly paymentId: PaymentId;
}

/**
 * The charge to ask for; `undefined` when its outcome is already known. An expired attempt is asked for again, because
 * a charge without an event, left by a crash, can be found (and then refunded) in no other way.
 */
export function chargeFor({ paymentId }: CapturePayment, state: PaymentState): CaptureRequest | undefined {
  const attempt = attemptOf(state, paymentId);
  if (attempt?.status !== 'REQUESTED' && attempt?.status !== 'EXPIRED') {
    return undefined;
  }
  const { orderId, amount, method } = attempt;
  return { idempotencyKey: `capture-${paymentId}`, paymentId, orderId, amount, cardToken: method.token };
}

/** @param command.answer what the provider said to `chargeFor`; absent when there was nothing to ask. */
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
    return refuse('concurrent_modification', 'the provider has to be asked first');
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
