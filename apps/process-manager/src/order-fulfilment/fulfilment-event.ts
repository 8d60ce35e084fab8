import type { TidemarkEvent } from '@tidemark/contracts';

/** The types of the events to which the fulfilment of an order reacts. */
export const fulfilmentEventTypes = [
  'PaymentRequested',
  'PaymentCaptured',
  'PaymentFailed',
  'PaymentRefunded',
  'PaymentRefundFailed',
  'OrderPaid',
  'OrderPaymentRejected',
  'OrderShipped',
  'OrderDelivered',
  'OrderCancellationRequested',
  'OrderCancellationRejected',
  'OrderCancelled',
  'InventoryReserved',
  'InventoryReservationFailed',
  'InventoryReleased',
  'ReservedInventoryShipped',
  'ShipmentCreated',
  'ShipmentDispatched',
  'ShipmentDelivered',
  'ShipmentCancelled',
  'ShipmentCancellationRejected',
] as const satisfies readonly TidemarkEvent['type'][];

export type FulfilmentEvent = Extract<TidemarkEvent, { type: (typeof fulfilmentEventTypes)[number] }>;

/**
 * `payment_deadline`: the payment expired. `dispatch_deadline`: the dispatch is overdue. `refund_retry`: request a
 * refund again; each payment has its own (`refundRetryOf`).
 */
export const fulfilmentTimers = ['payment_deadline', 'dispatch_deadline', 'refund_retry'] as const;

export type FulfilmentTimer = (typeof fulfilmentTimers)[number];

export function refundRetryOf(paymentId: string): string {
  return `refund_retry:${paymentId}`;
}

/**
 * The timers that fire when an external party is late. The value names the act that is late. The other timer is a pause
 * of the process itself.
 */
export const fulfilmentDeadlines: Readonly<Partial<Record<string, string>>> = {
  payment_deadline: 'payment',
  dispatch_deadline: 'dispatch',
} satisfies Partial<Record<FulfilmentTimer, string>>;
