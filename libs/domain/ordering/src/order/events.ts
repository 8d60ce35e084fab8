import { productIdSchema } from '@tidemark/catalogue';
import { customerIdSchema, customerSnapshotSchema } from '@tidemark/customers';
import { defineEvent, type EventOf } from '@tidemark/kernel';
import { moneySchema } from '@tidemark/kernel/money';
import { z } from 'zod';
import { addressSchema } from '../address';
import { orderIdSchema } from '../order-id';
import { orderLineSchema } from './order-line';

const order = { orderId: orderIdSchema, customerId: customerIdSchema };
const uuid = z.guid();
const text = z.string().min(1);
const lines = z.array(orderLineSchema).min(1).readonly();

export const orderCreated = defineEvent(
  'OrderCreated',
  z.strictObject({
    ...order,
    orderNumber: z.string().regex(/^TM-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/),
    customer: customerSnapshotSchema,
    lines,
    total: moneySchema,
    shippingAddress: addressSchema,
    billingAddress: addressSchema,
    shippingMethod: text.optional(),
  }),
);

export const itemAddedToOrder = defineEvent(
  'ItemAddedToOrder',
  z.strictObject({ ...order, line: orderLineSchema, total: moneySchema }),
);

export const itemRemovedFromOrder = defineEvent(
  'ItemRemovedFromOrder',
  z.strictObject({ ...order, productId: productIdSchema, total: moneySchema }),
);

export const shippingAddressChanged = defineEvent(
  'ShippingAddressChanged',
  z.strictObject({ ...order, shippingAddress: addressSchema }),
);

/** After this event, lines and address are fixed. So the event contains everything that the fulfilment needs. */
export const orderPaid = defineEvent(
  'OrderPaid',
  z.strictObject({
    ...order,
    paymentId: uuid,
    /** The paid amount, equal to the order's total. */
    amount: moneySchema,
    lines,
    shippingAddress: addressSchema,
    shippingMethod: text.optional(),
  }),
);

/** Money was captured that the order can't use. It must be refunded. */
export const orderPaymentRejected = defineEvent(
  'OrderPaymentRejected',
  z.strictObject({
    ...order,
    paymentId: uuid,
    amount: moneySchema,
    reason: z.enum(['not_found', 'order_not_pending', 'amount_mismatch']),
  }),
);

export const orderShipped = defineEvent(
  'OrderShipped',
  z.strictObject({ ...order, shipmentId: uuid, total: moneySchema }),
);

export const orderDelivered = defineEvent('OrderDelivered', z.strictObject({ ...order, total: moneySchema }));

export const orderCancellationRequested = defineEvent(
  'OrderCancellationRequested',
  z.strictObject({ ...order, reason: text }),
);

/** The order continues, because its goods were already on the way. */
export const orderCancellationRejected = defineEvent(
  'OrderCancellationRejected',
  z.strictObject({ ...order, reason: text }),
);

export const orderCancelled = defineEvent(
  'OrderCancelled',
  z.strictObject({
    ...order,
    reason: text,
    previousStatus: z.enum(['PENDING', 'PAID']),
    total: moneySchema,
  }),
);

export const orderContracts = [
  orderCreated,
  itemAddedToOrder,
  itemRemovedFromOrder,
  shippingAddressChanged,
  orderPaid,
  orderPaymentRejected,
  orderShipped,
  orderDelivered,
  orderCancellationRequested,
  orderCancellationRejected,
  orderCancelled,
] as const;

export type OrderEvent = EventOf<(typeof orderContracts)[number]>;
