import type { ProductId } from '@tidemark/catalogue';
import type { CustomerSnapshot } from '@tidemark/customers';
import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { Address } from '../address';
import type { OrderId } from '../order-id';
import { orderNumberOf } from '../order-number';
import type { OrderEvent } from './events';
import type { OrderState } from './order';
import { totalOf, type OrderLine } from './order-line';
import { maxLinesPerOrder, priceLine, type LineRefusal, type RequestedLine } from './price-line';

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

type BrokenByItself = 'order_exists' | 'order_needs_an_item' | 'order_item_limit' | 'duplicate_product';

/** What keeps an order out whatever would be looked up for it, so that nothing has to be; `undefined` when nothing does. */
export function refuseNewOrder(
  { orderId, productIds }: { readonly orderId: OrderId; readonly productIds: readonly ProductId[] },
  state: OrderState,
): Decision<never, BrokenByItself> | undefined {
  if (state.status !== 'ABSENT') {
    return refuse('order_exists', `order ${orderId} exists already`);
  }
  if (productIds.length === 0) {
    return refuse('order_needs_an_item', 'an order has at least one line');
  }
  if (productIds.length > maxLinesPerOrder) {
    return refuse('order_item_limit', `an order has at most ${maxLinesPerOrder} lines`);
  }
  return new Set(productIds).size < productIds.length
    ? refuse('duplicate_product', 'an order has one line per product')
    : undefined;
}

export function createOrder(
  command: CreateOrder,
  state: OrderState,
): Decision<OrderEvent, BrokenByItself | 'unknown_customer' | LineRefusal> {
  const { orderId, customer, shippingAddress, billingAddress, shippingMethod } = command;
  const productIds = command.lines.map(({ productId }) => productId);
  const refused = refuseNewOrder({ orderId, productIds }, state);
  if (refused) {
    return refused;
  }
  if (!customer) {
    return refuse('unknown_customer', 'there is no such customer');
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
