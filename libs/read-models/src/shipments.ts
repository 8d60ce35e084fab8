import { defineReadModel, type DocumentOf } from '@tidemark/projections';
import { z } from 'zod';
import { addressSchema, count, date, text } from './fields';

const statusSchema = z.enum(['CREATED', 'DISPATCHED', 'DELIVERED', 'CANCELLED']);

export type ShipmentStatus = z.infer<typeof statusSchema>;

export const shipmentStatuses: readonly ShipmentStatus[] = statusSchema.options;

/** A shipment as the warehouse needs it; `_id` is the shipment's id. */
export const shipments = defineReadModel({
  name: 'shipments',
  fields: {
    orderId: text,
    customerId: text,
    status: statusSchema,
    items: z.array(z.strictObject({ productId: text, productName: text, quantity: count })),
    shippingAddress: addressSchema,
    carrier: text.optional(),
    trackingNumber: text.optional(),
    /** As the carrier stated it: a date or an instant. */
    estimatedDelivery: text.optional(),
    createdAt: date,
    updatedAt: date,
    /** The shipment's version. */
    version: count,
  },
  indexes: {
    created: { createdAt: -1 },
    status_created: { status: 1, createdAt: -1 },
    order: { orderId: 1 },
  },
});

export type ShipmentDocument = DocumentOf<typeof shipments>;
