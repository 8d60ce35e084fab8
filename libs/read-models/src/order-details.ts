import { moneySchema } from '@tidemark/kernel/money';
import { defineReadModel, type DocumentOf } from '@tidemark/projections';
import { z } from 'zod';
import { addressSchema, count, date, text } from './fields';
import { orderStatusSchema } from './order-status';

/** Limits the document of an order with many changes, because every change writes the whole document. */
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
  /** The kind of payment, such as `card`; never a token. */
  method: text,
  status: z.enum(['REQUESTED', 'CAPTURED', 'FAILED', 'REFUNDED']),
  /** The provider's id of the charge. */
  transactionId: text.optional(),
  failureReason: text.optional(),
});

/** The shipping method that the customer chose, and more details once the shipment exists. */
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

/** Everything that is shown about one order; `_id` is the order's id. */
export const orderDetails = defineReadModel({
  name: 'order_details',
  fields: {
    orderNumber: text,
    status: orderStatusSchema,
    /** The order's version. */
    version: count,
    /**
     * The position of the event that led to this version. If `position` is higher, a payment, the shipment or the
     * customer changed the document later without raising the version.
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
        /** The reason that the customer gave. */
        reason: text,
      })
      .optional(),
    /** The newest events of the order, its payments and its shipment, oldest first. */
    timeline: z.array(timelineEntrySchema).max(maxTimelineEntries),
    /** The total number of events. */
    timelineTotal: count,
    totalAmount: moneySchema,
    createdAt: date,
    /** The time of the order's latest event, without payments and shipments. */
    updatedAt: date,
  },
  // Queries find details by `_id`. The index on the customer is for changes of a customer's contact.
  indexes: { customer: { 'customer.id': 1 } },
});

export type OrderDetailsDocument = DocumentOf<typeof orderDetails>;
export type OrderDetailsPayment = NonNullable<OrderDetailsDocument['payment']>;
export type PaymentStatus = OrderDetailsPayment['status'];
export type CancellationStatus = NonNullable<OrderDetailsDocument['cancellation']>['status'];
export type TimelineEntry = OrderDetailsDocument['timeline'][number];
