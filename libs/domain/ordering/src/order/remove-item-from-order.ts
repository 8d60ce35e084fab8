import type { ProductId } from '@tidemark/catalogue';
import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
import { refuseFurtherChange } from './change-limit';
import type { OrderEvent } from './events';
import type { OrderState } from './order';
import { linesWithout, totalOf } from './order-line';
import { refuseNotPending, type NotPending } from './refuse-not-pending';

export interface RemoveItemFromOrder {
  readonly orderId: OrderId;
  readonly productId: ProductId;
}

export function removeItemFromOrder(
  command: RemoveItemFromOrder,
  state: OrderState,
): Decision<OrderEvent, NotPending | 'order_change_limit' | 'item_not_found' | 'order_needs_an_item'> {
  if (state.status !== 'PENDING') {
    return refuseNotPending(command.orderId, state.status);
  }
  const refused = refuseFurtherChange(command.orderId, state);
  if (refused) {
    return refused;
  }
  const { orderId, customerId, lines } = state;
  const remaining = linesWithout(lines, command.productId);
  if (remaining.length === lines.length) {
    return refuse('item_not_found', `the order has no line for product ${command.productId}`);
  }
  if (remaining.length === 0) {
    return refuse(
      'order_needs_an_item',
      'the last line of an order cannot be removed; cancel the order instead',
    );
  }
  return accept({
    type: 'ItemRemovedFromOrder',
    data: { orderId, customerId, productId: command.productId, total: totalOf(remaining) },
  });
}
