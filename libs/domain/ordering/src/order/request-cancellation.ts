import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
import { refuseFurtherChange } from './change-limit';
import type { OrderEvent } from './events';
import type { OrderState } from './order';

/** A caller sends it. The process sends `CancelOrder` instead, after it has undone everything. */
export interface RequestCancellation {
  readonly orderId: OrderId;
  readonly reason: string;
}

/**
 * A pending order is cancelled at once. For a paid order, the shipment decides: once it is dispatched, the order
 * continues. Until then the caller may repeat the request. Every request leaves an event, which remembers the request's
 * key. The first request is always accepted. A repeat of an open request counts as a change like any other.
 */
export function requestCancellation(
  { orderId, reason }: RequestCancellation,
  state: OrderState,
): Decision<
  OrderEvent,
  'not_found' | 'order_already_shipped' | 'order_already_cancelled' | 'order_change_limit'
> {
  switch (state.status) {
    case 'ABSENT':
      return refuse('not_found', `there is no order ${orderId}`);
    case 'PENDING': {
      const { customerId, total } = state;
      return accept({
        type: 'OrderCancelled',
        data: { orderId, customerId, reason, previousStatus: 'PENDING', total },
      });
    }
    case 'PAID': {
      const { cancellation, customerId } = state;
      if (cancellation === 'REJECTED') {
        return refuse('order_already_shipped', `order ${orderId} has already been shipped`);
      }
      const refused = cancellation === 'REQUESTED' ? refuseFurtherChange(orderId, state) : undefined;
      return refused ?? accept({ type: 'OrderCancellationRequested', data: { orderId, customerId, reason } });
    }
    case 'SHIPPED':
    case 'DELIVERED':
      return refuse('order_already_shipped', `order ${orderId} is ${state.status}`);
    case 'CANCELLED':
      return refuse('order_already_cancelled', `order ${orderId} is cancelled`);
    default:
      return state satisfies never;
  }
}
