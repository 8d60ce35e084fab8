import { defineEvent } from '@tidemark/kernel';
import { defineReadModel, type Content, type DocumentOf } from '@tidemark/projections';
import { z } from 'zod';

const orderId = z.string();

/** The contracts and the read model that both styles share. */
export const OrderCreated = defineEvent('OrderCreated', z.strictObject({ orderId, productId: z.string() }));
export const OrderConfirmed = defineEvent('OrderConfirmed', z.strictObject({ orderId }));
export const OrderShipped = defineEvent('OrderShipped', z.strictObject({ orderId }));

export const orderSummaries = defineReadModel({
  name: 'order_summaries',
  fields: { productId: z.string(), status: z.enum(['CREATED', 'CONFIRMED', 'SHIPPED']), since: z.string() },
  indexes: { status: { status: 1 } },
});

export type OrderSummary = DocumentOf<typeof orderSummaries>;
export type OrderSummaryContent = Content<OrderSummary>;
