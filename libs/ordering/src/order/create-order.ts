import type { CustomerSnapshot } from '@tidemark/customers';
import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { Address } from '../address';
import type { OrderId } from '../order-id';
import { orderNumberOf } from '../order-number';
import type { OrderEvent } from './events';
import type { OrderState } from './order';
import { totalOf, type OrderLine } from './order-line';
import { priceLine, type LineRefusal, type RequestedLine } from './price-line';

export interface CreateOrder {
  readonly orderId: OrderId;
  /** `undefined`: nobody is registered under the id that the caller gave. */
  readonly customer: CustomerSnapshot | undefined;
  readonly lines: readonly RequestedLine[];
  readonly shippingAddress: Address;
  /** The shipping address when absent. */
  readonly billingAddress?: Address | undefined;
  readonly shippingMethod?: string | undefined;
}

export function createOrder(
  command: CreateOrder,
  state: OrderState,
): Decision<OrderEvent, 'order_exists' | 'unknown_customer' | 'order_needs_an_item' | LineRefusal> {
  const { orderId, customer, shippingAddress, billingAddress, shippingMethod } = command;
  if (state.status !== 'ABSENT') {
    return refuse('order_exists', `order ${orderId} exists already`);
  }
  if (!customer) {
    return refuse('unknown_customer', 'there is no such customer');
  }
  if (command.lines.length === 0) {
    return refuse('order_needs_an_item', 'an order has at least one line');
  }
  const lines: OrderLine[] = [];
  for (const requested of command.lines) {
    const line = priceLine(lines, requested);
    if ('code' in line) {
      return refuse(line.code, line.message);
    }
    lines.push(line);
  }
  return accept({
    type: 'OrderCreated',
    data: {
      orderId,
      customerId: customer.id,
      orderNumber: orderNumberOf(orderId),
      customer,
      lines,
      total: totalOf(lines),
      shippingAddress,
      billingAddress: billingAddress ?? shippingAddress,
      ...(shippingMethod !== undefined && { shippingMethod }),
    },
  });
}
