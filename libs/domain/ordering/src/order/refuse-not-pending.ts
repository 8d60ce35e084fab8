import { refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
import type { OrderState } from './order';

export type NotPending = 'not_found' | 'order_not_pending';

export function refuseNotPending(
  orderId: OrderId,
  status: Exclude<OrderState['status'], 'PENDING'>,
): Decision<never, NotPending> {
  return status === 'ABSENT'
    ? refuse('not_found', `there is no order ${orderId}`)
    : refuse('order_not_pending', `order ${orderId} is ${status}`);
}
