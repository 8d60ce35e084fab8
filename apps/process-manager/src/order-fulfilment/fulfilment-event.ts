import type { TidemarkEvent } from '@tidemark/contracts';

/** What the fulfilment of an order reacts to. */
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
 * `payment_deadline`: the payment expired. `dispatch_deadline`: somebody should look. `refund_retry`: ask again; there is
 * one for each payment (`refundRetryOf`).
 */
export const fulfilmentTimers = ['payment_deadline', 'dispatch_deadline', 'refund_retry'] as const;

export type FulfilmentTimer = (typeof fulfilmentTimers)[number];

export function refundRetryOf(paymentId: string): string {
  return `refund_retry:${paymentId}`;
}

/** Which of them mean that somebody was too late, and with what; the other is a pause of our own. */
export const fulfilmentDeadlines: Readonly<Partial<Record<string, string>>> = {
  payment_deadline: 'payment',
  dispatch_deadline: 'dispatch',
} satisfies Partial<Record<FulfilmentTimer, string>>;
