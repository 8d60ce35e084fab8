import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
import type { OrderEvent } from './events';
import type { OrderState } from './order';

/** The process sends it when the shipment can no longer be cancelled. */
export interface RejectCancellation {
  readonly orderId: OrderId;
  readonly reason: string;
}

/**
 * Closes an open request, even if the order was marked shipped meanwhile. Each of several requests is rejected by a
 * command of its own. The first command closes all requests, but the order still answers the other commands.
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
