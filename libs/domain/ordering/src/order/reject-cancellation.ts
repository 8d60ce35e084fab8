import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
import type { OrderEvent } from './events';
import type { OrderState } from './order';

/** Sent by the process when the shipment could not be cancelled any more. */
export interface RejectCancellation {
  readonly orderId: OrderId;
  readonly reason: string;
}

/**
 * Closes an open request, also on an order that was marked shipped meanwhile. An order that goes forward always answers, since
 * each of several requests is rejected by a command of its own, and the first of those has closed them all.
 */
export function rejectCancellation(
  { orderId, reason }: RejectCancellation,
  state: OrderState,
): Decision<OrderEvent, 'not_found'> {
  if (state.status === 'ABSENT') {
    return refuse('not_found', `there is no order ${orderId}`);
  }
  return state.status === 'PENDING' || state.status === 'CANCELLED'
    ? accept()
    : accept({
        type: 'OrderCancellationRejected',
        data: { orderId, customerId: state.customerId, reason },
      });
}
