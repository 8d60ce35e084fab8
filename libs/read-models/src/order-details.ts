import { moneySchema } from '@tidemark/kernel';
import { defineReadModel, type DocumentOf } from '@tidemark/projections';
import { z } from 'zod';
import { addressSchema, count, date, text } from './fields';
import { orderStatusSchema } from './order-status';

/** So that an order that is changed often makes no growing document, which would be written whole at each change. */
export const maxTimelineEntries = 100;

const itemSchema = z.strictObject({
  productId: text,
  productName: text,
  productImageUrl: text.optional(),
  quantity: count,
  unitPrice: moneySchema,
  totalPrice: moneySchema,
});

const paymentSchema = z.strictObject({
  id: text,
  /** The kind of payment, as in `card`; never a token. */
  method: text,
  status: z.enum(['REQUESTED', 'CAPTURED', 'FAILED', 'REFUNDED']),
  /** The provider's id of the charge. */
  transactionId: text.optional(),
  failureReason: text.optional(),
});

/** Grows as the shipment does; before there is one it holds what the customer asked for. */
const shippingSchema = z.strictObject({
  shipmentId: text.optional(),
  method: text.optional(),
  carrier: text.optional(),
  trackingNumber: text.optional(),
  /** As the carrier stated it: a date or an instant. */
  estimatedDelivery: text.optional(),
});

const timelineEntrySchema = z.strictObject({
  /** The event's published name. */
  event: text,
  timestamp: date,
  /** One sentence for people. */
  description: text,
  actor: text,
});

/** All that is shown of one order; `_id` is the order's id. */
export const orderDetails = defineReadModel({
  name: 'order_details',
  fields: {
    orderNumber: text,
    status: orderStatusSchema,
    /** The order's version. */
    version: count,
    /**
     * Of the event that made it this version. When `position` is higher, a payment, the shipment or the customer has
     * changed the document since, and the version does not tell it from what it was before.
     */
    versionPosition: count,
    customer: z.strictObject({ id: text, name: text, email: text, phone: text.optional() }),
    items: z.array(itemSchema),
    shippingAddress: addressSchema,
    billingAddress: addressSchema,
    /** The order's latest payment. */
    payment: paymentSchema.optional(),
    shipping: shippingSchema,
    cancellation: z
      .strictObject({
        status: z.enum(['REQUESTED', 'REJECTED', 'DONE']),
        /** Why it was asked for. */
        reason: text,
      })
      .optional(),
    /** The newest events of the order, its payments and its shipment, oldest first. */
    timeline: z.array(timelineEntrySchema).max(maxTimelineEntries),
    /** How many events there are in all. */
    timelineTotal: count,
    totalAmount: moneySchema,
    createdAt: date,
    /** Of the order's latest event; payments and shipments have their own. */
    updatedAt: date,
  },
  // Queries find details by `_id`; the customer is how a changed contact finds them.
  indexes: { customer: { 'customer.id': 1 } },
});

export type OrderDetailsDocument = DocumentOf<typeof orderDetails>;
export type OrderDetailsPayment = NonNullable<OrderDetailsDocument['payment']>;
export type PaymentStatus = OrderDetailsPayment['status'];
export type CancellationStatus = NonNullable<OrderDetailsDocument['cancellation']>['status'];
export type TimelineEntry = OrderDetailsDocument['timeline'][number];
