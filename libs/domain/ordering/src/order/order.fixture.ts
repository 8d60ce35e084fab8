import { parseProductId, type CatalogueEntry } from '@tidemark/catalogue';
import { parseCustomerId } from '@tidemark/customers';
import { addMoney, money, multiplyMoney } from '@tidemark/kernel/money';
import { parseOrderId } from '../order-id';
import type { OrderEvent } from './events';
import type { OrderLine } from './order-line';
import type { RequestedLine } from './price-line';

export const orderId = parseOrderId('0192f0c1-2345-7abc-8def-0123456789ab')!;
export const customerId = parseCustomerId('C1')!;
export const paymentId = '0192f0c1-0000-7000-8000-00000000000a';
export const shipmentId = orderId;
export const ada = { id: customerId, name: 'Ada', email: 'ada@example.org' };
export const london = {
  name: 'Ada',
  line1: '1 Main St',
  city: 'London',
  postalCode: 'N1 9GU',
  country: 'GB',
};
export const paris = { name: 'Ada', line1: '2 Rue A', city: 'Paris', postalCode: '75001', country: 'FR' };

export const lantern: CatalogueEntry = { status: 'ACTIVE', name: 'Lantern', price: money(339, 'GBP') };

/** A requested line: by default, two lanterns out of ten. */
export function requested(sku: string, changes: Partial<RequestedLine> = {}): RequestedLine {
  return { productId: parseProductId(sku)!, quantity: 2, product: lantern, available: 10, ...changes };
}

export function line(sku: string, quantity = 2, unitPrice = lantern.price): OrderLine {
  return {
    productId: parseProductId(sku)!,
    productName: lantern.name,
    quantity,
    unitPrice,
    totalPrice: multiplyMoney(unitPrice, quantity),
  };
}

export function created(...lines: OrderLine[]): OrderEvent {
  return {
    type: 'OrderCreated',
    data: {
      orderId,
      customerId,
      orderNumber: 'TM-R14D2-PF2DB',
      customer: ada,
      lines,
      total: lines.map(({ totalPrice }) => totalPrice).reduce(addMoney),
      shippingAddress: london,
      billingAddress: london,
    },
  };
}

const total = money(678, 'GBP');

/** The histories of an order with one line `A`, 678 pence, at each point of its life. */
export const pending = [created(line('A'))];
export const paid: OrderEvent[] = [
  ...pending,
  {
    type: 'OrderPaid',
    data: { orderId, customerId, paymentId, amount: total, lines: [line('A')], shippingAddress: london },
  },
];
export const cancellationRequested: OrderEvent = {
  type: 'OrderCancellationRequested',
  data: { orderId, customerId, reason: 'too late' },
};
export const cancellationRejected: OrderEvent = {
  type: 'OrderCancellationRejected',
  data: { orderId, customerId, reason: 'shipment_already_dispatched' },
};
export const shipped: OrderEvent[] = [
  ...paid,
  { type: 'OrderShipped', data: { orderId, customerId, shipmentId, total } },
];
export const delivered: OrderEvent[] = [
  ...shipped,
  { type: 'OrderDelivered', data: { orderId, customerId, total } },
];

export function cancelledFrom(previousStatus: 'PENDING' | 'PAID', reason = 'changed my mind'): OrderEvent {
  return { type: 'OrderCancelled', data: { orderId, customerId, reason, previousStatus, total } };
}
export const cancelled = [...pending, cancelledFrom('PENDING')];
