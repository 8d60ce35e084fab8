import type { Document } from 'mongodb';
import { maxTimelineEntries } from './order-details-document';
import { orderStatuses } from './order-status';
import type { ReadModelName } from './read-models';
import { shipmentStatuses } from './shipment-document';

/** Whole or not, as MongoDB stores a JavaScript number. */
const number = { bsonType: 'number' };
const count = { bsonType: 'number', minimum: 0 };
const text = { bsonType: 'string' };
const date = { bsonType: 'date' };

function object(required: Record<string, Document>, optional: Record<string, Document> = {}): Document {
  const names = Object.keys(required);
  return {
    bsonType: 'object',
    // MongoDB refuses an empty list.
    ...(names.length > 0 && { required: names }),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

function list(items: Document): Document {
  return { bsonType: 'array', items };
}

/** What the runner keeps in every document. */
const kept = { _id: text, partition: count, position: count };
const money = object({ amount: number, currency: text });
const address = object(
  { name: text, line1: text, city: text, postalCode: text, country: text },
  { line2: text, region: text },
);

/** The shape that MongoDB holds every document of a read model to; a field that no query knows is refused too. */
export const readModelSchemas: Readonly<Record<ReadModelName, Document>> = {
  order_list: object({
    ...kept,
    orderNumber: text,
    customerId: text,
    customerName: text,
    customerEmail: text,
    status: { enum: [...orderStatuses] },
    totalAmount: money,
    itemCount: count,
    createdAt: date,
    updatedAt: date,
    version: count,
  }),
  order_details: object(
    {
      ...kept,
      orderNumber: text,
      status: { enum: [...orderStatuses] },
      version: count,
      versionPosition: count,
      customer: object({ id: text, name: text, email: text }, { phone: text }),
      items: list(
        object(
          { productId: text, productName: text, quantity: count, unitPrice: money, totalPrice: money },
          { productImageUrl: text },
        ),
      ),
      shippingAddress: address,
      billingAddress: address,
      shipping: object(
        {},
        { shipmentId: text, method: text, carrier: text, trackingNumber: text, estimatedDelivery: text },
      ),
      timeline: {
        ...list(object({ event: text, timestamp: date, description: text, actor: text })),
        maxItems: maxTimelineEntries,
      },
      timelineTotal: count,
      totalAmount: money,
      createdAt: date,
      updatedAt: date,
    },
    {
      payment: object(
        {
          id: text,
          method: text,
          status: { enum: ['REQUESTED', 'CAPTURED', 'FAILED', 'REFUNDED'] },
        },
        { transactionId: text, failureReason: text },
      ),
      cancellation: object({ status: { enum: ['REQUESTED', 'REJECTED', 'DONE'] }, reason: text }),
    },
  ),
  order_statistics: object({
    ...kept,
    orderCount: count,
    byStatus: object(Object.fromEntries(orderStatuses.map((status) => [status, count]))),
    spent: { bsonType: 'object', additionalProperties: object({ amount: number, orderCount: count }) },
    firstOrderAt: date,
    lastOrderAt: date,
  }),
  stock_levels: object({
    ...kept,
    onHand: number,
    reserved: number,
    available: number,
    updatedAt: date,
    version: count,
  }),
  shipments: object(
    {
      ...kept,
      orderId: text,
      customerId: text,
      status: { enum: [...shipmentStatuses] },
      items: list(object({ productId: text, productName: text, quantity: count })),
      shippingAddress: address,
      createdAt: date,
      updatedAt: date,
      version: count,
    },
    { carrier: text, trackingNumber: text, estimatedDelivery: text },
  ),
};
