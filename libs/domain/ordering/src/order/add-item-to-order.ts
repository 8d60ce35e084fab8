import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
import { refuseFurtherChange } from './change-limit';
import type { OrderEvent } from './events';
import type { OrderState } from './order';
import { totalOf } from './order-line';
import { priceLine, type LineRefusal, type RequestedLine } from './price-line';
import { refuseNotPending, type NotPending } from './refuse-not-pending';

export interface AddItemToOrder {
  readonly orderId: OrderId;
  readonly line: RequestedLine;
}

export function addItemToOrder(
  command: AddItemToOrder,
  state: OrderState,
): Decision<OrderEvent, NotPending | 'order_change_limit' | LineRefusal> {
  if (state.status !== 'PENDING') {
    return refuseNotPending(command.orderId, state.status);
  }
  const refused = refuseFurtherChange(command.orderId, state);
  if (refused) {
    return refused;
  }
  const line = priceLine(state.lines, command.line);
  if ('code' in line) {
    return refuse(line.code, line.message);
  }
  const { orderId, customerId, lines } = state;
  return accept({
    type: 'ItemAddedToOrder',
    data: { orderId, customerId, line, total: totalOf([...lines, line]) },
  });
}
