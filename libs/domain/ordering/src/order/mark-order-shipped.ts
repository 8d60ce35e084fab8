import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
import type { OrderEvent } from './events';
import type { OrderState } from './order';

/** The process sends it when the shipment was dispatched. */
export interface MarkOrderShipped {
  readonly orderId: OrderId;
  readonly shipmentId: string;
}

/** A shipment exists only for a paid order and keeps it from being cancelled, so no refusal is expected here. */
export function markOrderShipped(
  { orderId, shipmentId }: MarkOrderShipped,
  state: OrderState,
): Decision<OrderEvent, 'not_found' | 'order_not_paid' | 'order_already_cancelled'> {
  switch (state.status) {
    case 'ABSENT':
      return refuse('not_found', `there is no order ${orderId}`);
    case 'PENDING':
      return refuse('order_not_paid', `order ${orderId} is not paid`);
    case 'PAID': {
      const { customerId, total } = state;
      return accept({ type: 'OrderShipped', data: { orderId, customerId, shipmentId, total } });
    }
    case 'SHIPPED':
    case 'DELIVERED':
      return accept();
    case 'CANCELLED':
      return refuse('order_already_cancelled', `order ${orderId} is cancelled`);
    default:
      return state satisfies never;
  }
}
