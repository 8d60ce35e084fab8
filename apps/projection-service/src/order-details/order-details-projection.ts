import type { TidemarkEvent } from '@tidemark/contracts';
import { defineProjection } from '@tidemark/projections';
import type { OrderDetailsDocument } from '@tidemark/read-models';
import { orderReactions } from './order-reactions';
import { paymentReactions } from './payment-reactions';
import { shipmentReactions } from './shipment-reactions';

/** One document per order: the order itself, its payments and its shipment, and what happened to them, in order. */
export const orderDetailsProjection = defineProjection<OrderDetailsDocument, TidemarkEvent>({
  name: 'order_details',
  version: 3,
  on: {
    ...orderReactions,
    ...paymentReactions,
    ...shipmentReactions,
    CustomerContactChanged: {
      where: ({ data }) => ({ 'customer.id': data.customerId }),
      change: (order, { data: { customerId, ...contact } }) => ({
        ...order,
        customer: { id: customerId, ...contact },
      }),
    },
  },
});
