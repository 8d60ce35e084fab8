import { eventCodec } from '@tidemark/contracts';
import { partitionOf } from '@tidemark/event-store';
import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import { v7 as uuidv7 } from 'uuid';

/** The events of one order from creation to delivery, in three streams. */
export const eventsPerOrder = 9;

/** The number of open orders per partition, so that a batch touches many orders and finishes some. */
const underWay = 50;
const customersPerPartition = 20;

interface Step extends DomainEvent {
  readonly streamId: string;
  readonly version: number;
}

/**
 * The events that a busy shop writes to one partition after `afterPosition`. The events of several orders are
 * interleaved.
 */
export function orderTraffic(
  place: { readonly partition: number; readonly partitions: number; readonly afterPosition: number },
  orders: number,
): EventEnvelope[] {
  const customers = customersOf(place.partition, place.partitions);
  const open: Step[][] = [];
  const events: EventEnvelope[] = [];
  for (let begun = 0; events.length < orders * eventsPerOrder;) {
    if (begun < orders && open.length < underWay) {
      open.push(lifeOf(uuidv7(), anyOf(customers)));
      begun += 1;
    }
    const order = Math.floor(Math.random() * open.length);
    const [step, ...later] = open[order]!;
    open.splice(order, 1, ...(later.length > 0 ? [later] : []));
    events.push(envelopeOf(step!, place.partition, place.afterPosition + events.length + 1));
  }
  return events;
}

function customersOf(partition: number, partitions: number): readonly string[] {
  const customers: string[] = [];
  for (let n = 0; customers.length < customersPerPartition; n += 1) {
    if (partitionOf(`customer-${n}`, partitions) === partition) {
      customers.push(`customer-${n}`);
    }
  }
  return customers;
}

function anyOf<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)]!;
}

function envelopeOf(
  { streamId, version, type, data }: Step,
  partition: number,
  position: number,
): EventEnvelope {
  const command = uuidv7();
  return {
    eventId: uuidv7(),
    streamId,
    streamType: streamId.slice(0, streamId.indexOf('-')),
    version,
    partition,
    position,
    type,
    schemaVersion: eventCodec.encode({ type, data }).schemaVersion,
    data,
    timestamp: new Date().toISOString(),
    correlationId: command,
    causationId: command,
    metadata: { actor: 'bench' },
  };
}

function lifeOf(orderId: string, customerId: string): Step[] {
  const [paymentId, shipmentId] = [uuidv7(), uuidv7()];
  const lines = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, (_, n) => lineOf(n));
  const amount = lines.reduce((sum, { totalPrice }) => sum + totalPrice.amount, 0);
  const total = { amount, currency: 'EUR' };
  const ids = { orderId, customerId };
  const address = {
    name: 'Ada Lovelace',
    line1: '12 St James Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    country: 'GB',
  };
  const of =
    (streamId: string, version: number) =>
    (type: string, data: object): Step => ({ streamId, version, type, data: { ...ids, ...data } });
  const order = (version: number) => of(`Order-${orderId}`, version);
  const payment = (version: number) => of(`Payment-${orderId}`, version);
  const shipment = (version: number) => of(`Shipment-${shipmentId}`, version);
  return [
    order(1)('OrderCreated', {
      orderNumber: 'TM-00000-00001',
      customer: { id: customerId, name: 'Ada Lovelace', email: `${customerId}@shop.example` },
      lines,
      total,
      shippingAddress: address,
      billingAddress: address,
    }),
    payment(1)('PaymentRequested', {
      paymentId,
      amount: total,
      method: { type: 'card', token: 'tok_ok' },
      expiresAt: '2030-01-01T00:15:00.000Z',
    }),
    payment(2)('PaymentCaptured', { paymentId, amount: total, transactionId: 'tx-1' }),
    order(2)('OrderPaid', { paymentId, amount: total, lines, shippingAddress: address }),
    shipment(1)('ShipmentCreated', {
      shipmentId,
      lines: lines.map(({ productId, productName, quantity }) => ({ productId, productName, quantity })),
      shippingAddress: address,
    }),
    shipment(2)('ShipmentDispatched', {
      shipmentId,
      parcels: [{ carrier: 'DHL', trackingNumber: '00340434161094042557' }],
    }),
    order(3)('OrderShipped', { shipmentId, total }),
    shipment(3)('ShipmentDelivered', { shipmentId }),
    order(4)('OrderDelivered', { total }),
  ];
}

function lineOf(n: number) {
  const quantity = 1 + Math.floor(Math.random() * 9);
  const unitPrice = { amount: 2_490, currency: 'EUR' };
  return {
    productId: `SKU-${n}-${Math.floor(Math.random() * 1_000)}`,
    productName: 'Pour-over dripper, glazed, size 2',
    quantity,
    unitPrice,
    totalPrice: { amount: unitPrice.amount * quantity, currency: 'EUR' },
  };
}
