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
  /** `undefined`: no customer is registered with this id. */
  readonly customer: CustomerSnapshot | undefined;
  readonly lines: readonly RequestedLine[];
  readonly shippingAddress: Address;
  /** Defaults to the shipping address. */
  readonly billingAddress?: Address | undefined;
  readonly shippingMethod?: string | undefined;
}

type BrokenByItself = 'order_exists' | 'order_needs_an_item' | 'order_item_limit' | 'duplicate_product';

/** The refusal that follows from the command alone, without looking anything up; `undefined` if there is none. */
export function refuseNewOrder(
  { orderId, productIds }: { readonly orderId: OrderId; readonly productIds: readonly ProductId[] },
  state: OrderState,
): Decision<never, BrokenByItself> | undefined {
  if (state.status !== 'ABSENT') {
    return refuse('order_exists', `order ${orderId} already exists`);
  }
  if (productIds.length === 0) {
    return refuse('order_needs_an_item', 'an order needs at least one line');
  }
  if (productIds.length > maxLinesPerOrder) {
    return refuse('order_item_limit', `an order can have at most ${maxLinesPerOrder} lines`);
  }
  return new Set(productIds).size < productIds.length
    ? refuse('duplicate_product', 'an order can have only one line per product')
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
    return refuse('unknown_customer', 'there is no customer with this id');
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
