import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
import type { OrderEvent } from './events';
import type { OrderState } from './order';

/** The process sends it when the shipment was delivered. */
export interface MarkOrderDelivered {
  readonly orderId: OrderId;
}

/** The command is refused until the order is marked shipped. If it overtook `MarkOrderShipped`, it is sent again. */
export function markOrderDelivered(
  { orderId }: MarkOrderDelivered,
  state: OrderState,
): Decision<OrderEvent, 'not_found' | 'order_not_shipped'> {
  switch (state.status) {
    case 'ABSENT':
      return refuse('not_found', `there is no order ${orderId}`);
    case 'PENDING':
    case 'PAID':
    case 'CANCELLED':
      return refuse('order_not_shipped', `order ${orderId} is ${state.status}`);
    case 'SHIPPED': {
      const { customerId, total } = state;
      return accept({ type: 'OrderDelivered', data: { orderId, customerId, total } });
    }
    case 'DELIVERED':
      return accept();
    default:
      return state satisfies never;
  }
}
