import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
import type { OrderEvent } from './events';
import type { OrderState } from './order';

/** The last step of the process when it undoes an order, after releasing stock and refunding money. */
export interface CancelOrder {
  readonly orderId: OrderId;
  readonly reason: string;
}

/** Total for an existing order: an order that was shipped answers `OrderCancellationRejected`. */
export function cancelOrder(
  { orderId, reason }: CancelOrder,
  state: OrderState,
): Decision<OrderEvent, 'not_found'> {
  switch (state.status) {
    case 'ABSENT':
      return refuse('not_found', `there is no order ${orderId}`);
    case 'PENDING':
    case 'PAID': {
      const { customerId, total, status: previousStatus } = state;
      return accept({ type: 'OrderCancelled', data: { orderId, customerId, reason, previousStatus, total } });
    }
    case 'SHIPPED':
    case 'DELIVERED':
      return accept({
        type: 'OrderCancellationRejected',
        data: { orderId, customerId: state.customerId, reason: 'order_already_shipped' },
      });
    case 'CANCELLED':
      return accept();
    default:
      return state satisfies never;
  }
}
