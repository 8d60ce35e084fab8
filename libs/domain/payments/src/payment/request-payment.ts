import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId, OrderState } from '@tidemark/ordering';
import type { PaymentId } from '../payment-id';
import type { PaymentEvent } from './events';
import { attemptOf, type PaymentAttempt, type PaymentState } from './payment';
import type { PaymentMethod } from './payment-method';

/** How long an attempt with an unknown outcome blocks other attempts, by default. */
export const paymentExpiryMs = 15 * 60 * 1000;

/**
 * The maximum number of attempts to pay one order, whatever their outcome. The process's captures and refunds are not
 * limited.
 */
export const maxAttemptsPerOrder = 10;

export interface RequestPayment {
  readonly orderId: OrderId;
  /** The id of the new attempt. */
  readonly paymentId: PaymentId;
  readonly method: PaymentMethod;
  /** The order as it is now: its status and its total decide. */
  readonly order: OrderState;
  readonly now: Date;
  /** Default `paymentExpiryMs`. */
  readonly expiryMs?: number;
}

/**
 * Opens an attempt, unless another one is open or captured. An open attempt that has expired is closed in the same
 * append. If its money arrives after all, the process refunds it.
 */
export function requestPayment(
  { orderId, paymentId, method, order, now, expiryMs = paymentExpiryMs }: RequestPayment,
  state: PaymentState,
): Decision<
  PaymentEvent,
  'not_found' | 'order_not_pending' | 'payment_in_progress' | 'payment_attempt_limit'
> {
  if (attemptOf(state, paymentId)) {
    return accept();
  }
  if (order.status === 'ABSENT') {
    return refuse('not_found', `there is no order ${orderId}`);
  }
  if (order.status !== 'PENDING') {
    return refuse('order_not_pending', `order ${orderId} is ${order.status}`);
  }
  if (state.attempts.some((attempt) => keepsOthersOut(attempt, now))) {
    return refuse('payment_in_progress', `a payment of order ${orderId} is already in progress`);
  }
  if (state.attempts.length >= maxAttemptsPerOrder) {
    return refuse(
      'payment_attempt_limit',
      `order ${orderId} has reached the limit of ${maxAttemptsPerOrder} payment attempts`,
    );
  }
  const expired = state.attempts.filter((attempt) => attempt.status === 'REQUESTED');
  return accept(...expired.map(expire), {
    type: 'PaymentRequested',
    data: {
      paymentId,
      orderId,
      customerId: order.customerId,
      amount: order.total,
      method,
      expiresAt: new Date(now.getTime() + expiryMs).toISOString(),
    },
  });
}

function keepsOthersOut(attempt: PaymentAttempt, now: Date): boolean {
  return (
    attempt.status === 'CAPTURED' ||
    (attempt.status === 'REQUESTED' && now.getTime() < Date.parse(attempt.expiresAt))
  );
}

function expire({ paymentId, orderId, customerId }: PaymentAttempt): PaymentEvent {
  return {
    type: 'PaymentFailed',
    data: { paymentId, orderId, customerId, cause: 'EXPIRED', reason: 'payment_expired' },
  };
}
