import { productIdSchema, quantitySchema } from '@tidemark/catalogue';
import { customerIdSchema } from '@tidemark/customers';
import { defineEvent, type EventOf } from '@tidemark/kernel';
import { addressSchema, orderIdSchema } from '@tidemark/ordering';
import { z } from 'zod';
import { shipmentIdSchema } from '../shipment-id';

const shipment = { shipmentId: shipmentIdSchema, orderId: orderIdSchema, customerId: customerIdSchema };
const text = z.string().min(1);

/** A line that the warehouse packs. */
export const shipmentLineSchema = z.strictObject({
  productId: productIdSchema,
  productName: text,
  quantity: quantitySchema,
});

export const shipmentCreated = defineEvent(
  'ShipmentCreated',
  z.strictObject({
    ...shipment,
    lines: z.array(shipmentLineSchema).min(1).readonly(),
    shippingAddress: addressSchema,
    shippingMethod: text.optional(),
  }),
);

/** A parcel that was handed to the carrier, with its tracking number. */
const parcelSchema = z.strictObject({ carrier: text, trackingNumber: text });

/** An RFC 3339 date or date-time, as the carrier gave it. */
const estimatedDelivery = text.optional();

/** Version 1 had one parcel; version 2 has a list. */
export const shipmentDispatched = defineEvent(
  'ShipmentDispatched',
  z.strictObject({ ...shipment, ...parcelSchema.shape, estimatedDelivery }),
).next(
  z.strictObject({
    ...shipment,
    parcels: z.tuple([parcelSchema], parcelSchema).readonly(),
    estimatedDelivery,
  }),
  ({ carrier, trackingNumber, ...dispatch }) => ({ ...dispatch, parcels: [{ carrier, trackingNumber }] }),
);

export const shipmentDelivered = defineEvent('ShipmentDelivered', z.strictObject(shipment));

/**
 * May be the stream's first event, if the cancellation arrived before the shipment. The shipment is then never created.
 */
export const shipmentCancelled = defineEvent(
  'ShipmentCancelled',
  z.strictObject({ ...shipment, reason: text }),
);

/** The cancellation came too late: the goods have left the warehouse. */
export const shipmentCancellationRejected = defineEvent(
  'ShipmentCancellationRejected',
  z.strictObject({ ...shipment, reason: text }),
);

export const shipmentContracts = [
  shipmentCreated,
  shipmentDispatched,
  shipmentDelivered,
  shipmentCancelled,
  shipmentCancellationRejected,
] as const;

export type ShipmentEvent = EventOf<(typeof shipmentContracts)[number]>;
