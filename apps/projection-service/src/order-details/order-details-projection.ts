import { orderDetails } from '@tidemark/read-models';
import { project } from '../project';
import { orderReactions } from './order-reactions';
import { paymentReactions } from './payment-reactions';
import { shipmentReactions } from './shipment-reactions';

/** One document per order: the order itself, its payments and its shipment, and what happened to them, in order. */
export const orderDetailsProjection = project(orderDetails).keyedBy('customer', {
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
