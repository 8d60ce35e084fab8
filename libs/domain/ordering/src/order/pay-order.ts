import type { CustomerId } from '@tidemark/customers';
import { accept, type Decision } from '@tidemark/kernel';
import { sameMoney, type Money } from '@tidemark/kernel/money';
import type { OrderId } from '../order-id';
import type { OrderEvent } from './events';
import type { OrderState } from './order';

/** The fulfilment process sends it once money was captured. */
export interface PayOrder {
  readonly orderId: OrderId;
  readonly customerId: CustomerId;
  readonly paymentId: string;
  /** The captured amount. */
  readonly amount: Money;
}

/**
 * Never refuses. For money that the order can't use, the answer is `OrderPaymentRejected`, and the process refunds it.
 */
export function payOrder(command: PayOrder, state: OrderState): Decision<OrderEvent, never> {
  const { orderId, customerId, paymentId, amount } = command;
  const reject = (reason: 'not_found' | 'order_not_pending' | 'amount_mismatch') =>
    accept<OrderEvent>({
      type: 'OrderPaymentRejected',
      data: { orderId, customerId, paymentId, amount, reason },
    });
  if (state.status === 'ABSENT') {
    return reject('not_found');
  }
  if ('paymentId' in state && state.paymentId === paymentId) {
    return accept();
  }
  if (state.status !== 'PENDING') {
    return reject('order_not_pending');
  }
  if (!sameMoney(amount, state.total)) {
    return reject('amount_mismatch');
  }
  const { lines, shippingAddress, shippingMethod } = state;
  return accept({
    type: 'OrderPaid',
    data: {
      orderId,
      customerId,
      paymentId,
      amount,
      lines,
      shippingAddress,
      ...(shippingMethod !== undefined && { shippingMethod }),
    },
  });
}
