import type { TidemarkEvent } from '@tidemark/domain';

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

/** `payment_deadline`: the payment expired. `dispatch_deadline`: somebody should look. `refund_retry`: ask again. */
export const fulfilmentTimers = ['payment_deadline', 'dispatch_deadline', 'refund_retry'] as const;

export type FulfilmentTimer = (typeof fulfilmentTimers)[number];
