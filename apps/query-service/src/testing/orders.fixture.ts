import { randomUUID } from 'node:crypto';
import type { AppendResult, EventStore } from '@tidemark/event-store';
import type { DomainEvent } from '@tidemark/kernel';
import type { OrderEvent } from '@tidemark/ordering';
import { address } from './documents.fixture';

const line = {
  productId: '85123A',
  productName: 'White hanging heart',
  quantity: 2,
  unitPrice: { amount: 1_299, currency: 'GBP' },
  totalPrice: { amount: 2_598, currency: 'GBP' },
};
const total = line.totalPrice;

/** The events of an order's life, as the log holds them. */
export function orderEvents(orderId: string, customerId: string) {
  const order = { orderId, customerId };
  // The ids are plain texts here; the codec validates every event when it is appended.
  const event = (type: OrderEvent['type'], data: object): DomainEvent => ({
    type,
    data: { ...order, ...data },
  });
  return {
    created: event('OrderCreated', {
      orderNumber: 'TM-00000-00001',
      customer: { id: customerId, name: 'Ada Lovelace', email: 'ada@example.com' },
      lines: [line],
      total,
      shippingAddress: address,
      billingAddress: address,
    }),
    readdressed: event('ShippingAddressChanged', { shippingAddress: { ...address, city: 'Ockham' } }),
    paid: event('OrderPaid', {
      paymentId: randomUUID(),
      amount: total,
      lines: [line],
      shippingAddress: address,
    }),
    paymentRejected: event('OrderPaymentRejected', {
      paymentId: randomUUID(),
      amount: total,
      reason: 'not_found',
    }),
    cancellationRequested: event('OrderCancellationRequested', { reason: 'changed my mind' }),
    shipped: event('OrderShipped', { shipmentId: randomUUID(), total }),
  };
}

/** Events of the payments and the shipment of an order, as the log holds them. */
export function fulfilmentEvents(orderId: string, customerId: string) {
  const payment = { paymentId: randomUUID(), orderId, customerId };
  const shipment = { shipmentId: orderId, orderId, customerId };
  return {
    paymentRequested: {
      type: 'PaymentRequested',
      data: {
        ...payment,
        amount: total,
        method: { type: 'card', token: 'tok_ok' },
        expiresAt: '2999-01-01T00:00:00.000Z',
      },
    },
    paymentFailed: {
      type: 'PaymentFailed',
      data: { ...payment, cause: 'DECLINED', reason: 'card_declined' },
    },
    shipmentDelivered: { type: 'ShipmentDelivered', data: shipment },
  } satisfies Record<string, DomainEvent>;
}

/**
 * Appends events to an order, or to its payments or its shipment, either each by its own command or all by one command.
 */
export function appendToOrder(
  store: EventStore,
  orderId: string,
  events: readonly [DomainEvent, ...DomainEvent[]],
  {
    streamType = 'Order',
    actor = 'web',
    correlationId = 'c-1',
  }: { readonly streamType?: string; readonly actor?: string; readonly correlationId?: string } = {},
): Promise<AppendResult> {
  return store.append({
    streamType,
    aggregateId: orderId,
    partitionKey: 'C1',
    expectedVersion: 'any',
    events,
    command: { commandId: randomUUID(), commandHash: 'ab'.repeat(32), correlationId, actor },
  });
}
