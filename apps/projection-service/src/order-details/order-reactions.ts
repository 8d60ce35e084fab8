import type { EventEnvelope } from '@tidemark/kernel';
import type { OrderDetailsDocument } from '@tidemark/read-models';
import { orderIdOf as id, type Details, type DetailsReactions } from './reactions';
import { told } from './timeline';

export const orderReactions = {
  OrderCreated: {
    id,
    create: (event) => {
      const { data, timestamp, version, position } = event;
      return {
        orderNumber: data.orderNumber,
        status: 'PENDING',
        version,
        versionPosition: position,
        customer: data.customer,
        items: data.lines,
        shippingAddress: data.shippingAddress,
        billingAddress: data.billingAddress,
        shipping: data.shippingMethod === undefined ? {} : { method: data.shippingMethod },
        ...told(undefined, event, 'Order created'),
        totalAmount: data.total,
        createdAt: new Date(timestamp),
        updatedAt: new Date(timestamp),
      };
    },
  },
  ItemAddedToOrder: {
    id,
    change: (order, event) => ({
      ...touched(order, event, `${event.data.line.productName} added`),
      items: [...order.items, event.data.line],
      totalAmount: event.data.total,
    }),
  },
  ItemRemovedFromOrder: {
    id,
    change: (order, event) => {
      const { productId, total } = event.data;
      const name = order.items.find((item) => item.productId === productId)?.productName ?? productId;
      return {
        ...touched(order, event, `${name} removed`),
        items: order.items.filter((item) => item.productId !== productId),
        totalAmount: total,
      };
    },
  },
  ShippingAddressChanged: {
    id,
    change: (order, event) => ({
      ...touched(order, event, 'Shipping address changed'),
      shippingAddress: event.data.shippingAddress,
    }),
  },
  OrderPaid: {
    id,
    change: (order, event) => ({ ...touched(order, event, 'Order paid'), status: 'PAID' }),
  },
  // The order may never have been created.
  OrderPaymentRejected: {
    id,
    changeIfPresent: (order, event) =>
      touched(order, event, `Payment could not be used: ${event.data.reason}`),
  },
  OrderShipped: {
    id,
    change: (order, event) => ({ ...touched(order, event, 'Order shipped'), status: 'SHIPPED' }),
  },
  OrderDelivered: {
    id,
    change: (order, event) => ({ ...touched(order, event, 'Order delivered'), status: 'DELIVERED' }),
  },
  OrderCancellationRequested: {
    id,
    change: (order, event) => ({
      ...touched(order, event, `Cancellation requested: ${event.data.reason}`),
      cancellation: { status: 'REQUESTED', reason: event.data.reason },
    }),
  },
  OrderCancellationRejected: {
    id,
    change: (order, event) => ({
      ...touched(order, event, `Cancellation rejected: ${event.data.reason}`),
      cancellation: { reason: order.cancellation?.reason ?? event.data.reason, status: 'REJECTED' },
    }),
  },
  OrderCancelled: {
    id,
    change: (order, event) => ({
      ...touched(order, event, `Order cancelled: ${event.data.reason}`),
      status: 'CANCELLED',
      cancellation: { reason: order.cancellation?.reason ?? event.data.reason, status: 'DONE' },
    }),
  },
} satisfies DetailsReactions;

function touched(order: OrderDetailsDocument, event: EventEnvelope, description: string): Details {
  return {
    ...order,
    ...told(order, event, description),
    updatedAt: new Date(event.timestamp),
    version: event.version,
    versionPosition: event.position,
  };
}
