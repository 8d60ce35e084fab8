import { InstanceRun } from '@tidemark/process-manager';
import { ProcessStory, type ToldEvent } from '@tidemark/process-manager/testing';
import type { Fulfilment, FulfilmentStep } from './fulfilment';
import type { FulfilmentEvent } from './fulfilment-event';
import { orderFulfilment } from './order-fulfilment';

export const orderId = '3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11';
export const customerId = 'C1';
export const paymentId = '11111111-1111-4111-8111-111111111111';
export const amount = { amount: 2_598, currency: 'GBP' };
export const started = '2010-12-01T08:00:00.000Z';
export const expiresAt = '2010-12-01T08:15:00.000Z';

type Type = FulfilmentEvent['type'];

const payment = { paymentId, orderId, customerId, amount };
const order = { orderId, customerId };
const shipment = { shipmentId: orderId, orderId, customerId };
const stock = { productId: 'A', orderId, quantity: 2, onHand: 10, reserved: 2 };

/** The fields of each event that the process reads. */
const examples: Readonly<Record<Type, object>> = {
  PaymentRequested: { ...payment, expiresAt },
  PaymentCaptured: { ...payment, transactionId: 't-1' },
  PaymentFailed: { paymentId, orderId, customerId, cause: 'DECLINED', reason: 'card_declined' },
  PaymentRefunded: { ...payment, totalRefunded: amount, refundId: 'r-1', reason: 'r' },
  PaymentRefundFailed: { ...payment, cause: 'PROVIDER_REFUSED', reason: 'provider_refused' },
  OrderPaid: { ...order, paymentId, amount, lines: linesOf('A', 'B') },
  OrderPaymentRejected: { ...order, paymentId, amount, reason: 'order_not_pending' },
  OrderShipped: { ...order, shipmentId: orderId },
  OrderDelivered: order,
  OrderCancellationRequested: { ...order, reason: 'changed_my_mind' },
  OrderCancellationRejected: { ...order, reason: 'shipment_already_dispatched' },
  OrderCancelled: { ...order, reason: 'insufficient_stock' },
  InventoryReserved: stock,
  InventoryReservationFailed: { ...stock, reason: 'insufficient_stock' },
  InventoryReleased: stock,
  ReservedInventoryShipped: stock,
  ShipmentCreated: shipment,
  ShipmentDispatched: { ...shipment, parcels: [{ carrier: 'DHL', trackingNumber: '00340' }] },
  ShipmentDelivered: shipment,
  ShipmentCancelled: { ...shipment, reason: 'changed_my_mind' },
  ShipmentCancellationRejected: { ...shipment, reason: 'shipment_already_dispatched' },
};

export function linesOf(...productIds: readonly string[]): object[] {
  return productIds.map((productId) => ({ productId, quantity: 2 }));
}

export interface EventOptions {
  /** The step of the command that the event answers. */
  readonly answers?: string;
  readonly at?: string;
  readonly data?: object;
}

export function event(type: Type, { answers, at, data }: EventOptions = {}): ToldEvent {
  return {
    type,
    streamId: streamIdOf(type, { ...examples[type], ...data }),
    data: { ...examples[type], ...data },
    ...(answers !== undefined && { answers }),
    ...(at !== undefined && { at }),
  };
}

/** An event of one product's stock. */
export function stockEvent(type: Type, productId: string, answers?: string): ToldEvent {
  return event(type, { data: { productId }, ...(answers !== undefined && { answers }) });
}

/** One fulfilment, in memory. */
export class FulfilmentStory extends ProcessStory<Fulfilment> {
  constructor() {
    super(InstanceRun.start(orderFulfilment(), orderId), started);
  }

  get step(): FulfilmentStep {
    return this.state.step;
  }

  /** `stage:subject STATUS`, in the order of the stack. */
  get compensations(): string[] {
    return this.state.compensations.map(({ stage, subject, status }) =>
      subject === orderId ? `${stage} ${status}` : `${stage}:${subject} ${status}`,
    );
  }
}

function streamIdOf(type: Type, { productId }: { readonly productId?: string }): string {
  const streamType = ['Payment', 'Order', 'Shipment'].find((prefix) => type.startsWith(prefix));
  return streamType ? `${streamType}-${orderId}` : `StockItem-${productId}`;
}
