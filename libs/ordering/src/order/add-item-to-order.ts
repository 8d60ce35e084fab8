import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';
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
): Decision<OrderEvent, NotPending | LineRefusal> {
  if (state.status !== 'PENDING') {
    return refuseNotPending(command.orderId, state.status);
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
