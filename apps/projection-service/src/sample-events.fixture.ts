import type { ProductId } from '@tidemark/catalogue';
import type { CustomerId } from '@tidemark/customers';
import type { TidemarkEvent } from '@tidemark/contracts';
import { money, multiplyMoney } from '@tidemark/kernel/money';
import { orderNumberOf, type OrderId, type OrderLine } from '@tidemark/ordering';
import type { PaymentId } from '@tidemark/payments';
import { shipmentIdOf } from '@tidemark/shipping';

export type DataOf<Type extends TidemarkEvent['type']> = Extract<TidemarkEvent, { type: Type }>['data'];

/** An event whose payload is checked against its type. */
export function event<Type extends TidemarkEvent['type']>(type: Type, data: DataOf<Type>): TidemarkEvent {
  return { type, data } as unknown as TidemarkEvent;
}

export const ada = 'C1' as CustomerId;
export const orderId = '00000000-0000-4000-8000-000000000001' as OrderId;
export const otherOrderId = '00000000-0000-4000-8000-000000000002' as OrderId;
export const paymentId = '00000000-0000-4000-8000-00000000000a' as PaymentId;
export const otherPaymentId = '00000000-0000-4000-8000-00000000000b' as PaymentId;
export const shipmentId = shipmentIdOf(orderId);
export const mug = 'MUG' as ProductId;
export const lamp = 'LAMP' as ProductId;

export const home = { name: 'Ada', line1: '1 Main St', city: 'London', postalCode: 'N1', country: 'GB' };
export const work = { ...home, line1: '2 Side St' };

export function line(productId: ProductId, quantity: number, price: number, currency = 'EUR'): OrderLine {
  const unitPrice = money(price, currency);
  return {
    productId,
    productName: `The ${productId}`,
    quantity,
    unitPrice,
    totalPrice: multiplyMoney(unitPrice, quantity),
  };
}

/** The first event of an order: by default, Ada orders two mugs at 5.00. */
export function orderCreated(change: Partial<DataOf<'OrderCreated'>> = {}): TidemarkEvent {
  const lines = change.lines ?? [line(mug, 2, 500)];
  const id = change.orderId ?? orderId;
  return event('OrderCreated', {
    orderId: id,
    orderNumber: orderNumberOf(id),
    customerId: ada,
    customer: { id: ada, name: 'Ada', email: 'Ada@Example.org' },
    lines,
    total: lines[0]!.totalPrice,
    shippingAddress: home,
    billingAddress: home,
    ...change,
  });
}

export function orderPaid(change: Partial<DataOf<'OrderPaid'>> = {}): TidemarkEvent {
  return event('OrderPaid', {
    orderId,
    customerId: ada,
    paymentId,
    amount: money(1_000, 'EUR'),
    lines: [line(mug, 2, 500)],
    shippingAddress: home,
    ...change,
  });
}

export const orderShipped = event('OrderShipped', {
  orderId,
  customerId: ada,
  shipmentId,
  total: money(1_000, 'EUR'),
});

export const orderDelivered = event('OrderDelivered', {
  orderId,
  customerId: ada,
  total: money(1_000, 'EUR'),
});

export function orderCancelled(previousStatus: 'PENDING' | 'PAID'): TidemarkEvent {
  return event('OrderCancelled', {
    orderId,
    customerId: ada,
    reason: 'too slow',
    previousStatus,
    total: money(1_000, 'EUR'),
  });
}

export const contactChanged = event('CustomerContactChanged', {
  customerId: ada,
  name: 'Ada Lovelace',
  email: 'Lovelace@Example.org',
  phone: '+441234',
});

export function paymentRequested(id = paymentId): TidemarkEvent {
  return event('PaymentRequested', {
    paymentId: id,
    orderId,
    customerId: ada,
    amount: money(1_000, 'EUR'),
    method: { type: 'card', token: 'tok_ok' },
    expiresAt: '2026-01-01T00:15:00.000Z',
  });
}

export function paymentCaptured(id = paymentId): TidemarkEvent {
  const payment = { paymentId: id, orderId, customerId: ada };
  return event('PaymentCaptured', { ...payment, amount: money(1_000, 'EUR'), transactionId: 'tx-1' });
}

export function paymentFailed(cause: 'DECLINED' | 'EXPIRED', id = paymentId): TidemarkEvent {
  return event('PaymentFailed', { paymentId: id, orderId, customerId: ada, cause, reason: 'declined' });
}

export const shipmentCreated = event('ShipmentCreated', {
  shipmentId,
  orderId,
  customerId: ada,
  lines: [{ productId: mug, productName: 'The MUG', quantity: 2 }],
  shippingAddress: home,
});

export const shipmentDispatched = event('ShipmentDispatched', {
  shipmentId,
  orderId,
  customerId: ada,
  parcels: [{ carrier: 'DHL', trackingNumber: 'T1' }],
  estimatedDelivery: '2026-01-05',
});
