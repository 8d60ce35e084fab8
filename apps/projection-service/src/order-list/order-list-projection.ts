import type { EventEnvelope } from '@tidemark/kernel';
import type { OrderEvent, OrderId } from '@tidemark/ordering';
import type { Content } from '@tidemark/projections';
import { orderList, type OrderListDocument } from '@tidemark/read-models';
import { project } from '../project';

type Entry = Content<OrderListDocument>;

const id = ({ data }: { readonly data: { readonly orderId: OrderId } }): OrderId => data.orderId;

/** One entry per order. Every event of the order raises its version, even if nothing else in the entry changes. */
export const orderListProjection = project(orderList).keyedBy('customer', {
  version: 1,
  on: {
    OrderCreated: {
      id,
      create: ({ data, timestamp, version }) => ({
        orderNumber: data.orderNumber,
        customerId: data.customerId,
        customerName: data.customer.name,
        customerEmail: data.customer.email.toLowerCase(),
        status: 'PENDING',
        totalAmount: data.total,
        itemCount: data.lines.length,
        createdAt: new Date(timestamp),
        updatedAt: new Date(timestamp),
        version,
      }),
    },
    ItemAddedToOrder: {
      id,
      change: (order, event) => ({
        ...touched(order, event),
        totalAmount: event.data.total,
        itemCount: order.itemCount + 1,
      }),
    },
    ItemRemovedFromOrder: {
      id,
      change: (order, event) => ({
        ...touched(order, event),
        totalAmount: event.data.total,
        itemCount: order.itemCount - 1,
      }),
    },
    ShippingAddressChanged: { id, change: touched },
    OrderPaid: { id, change: (order, event) => ({ ...touched(order, event), status: 'PAID' }) },
    // The order may never have been created.
    OrderPaymentRejected: { id, changeIfPresent: touched },
    OrderShipped: { id, change: (order, event) => ({ ...touched(order, event), status: 'SHIPPED' }) },
    OrderDelivered: { id, change: (order, event) => ({ ...touched(order, event), status: 'DELIVERED' }) },
    OrderCancellationRequested: { id, change: touched },
    OrderCancellationRejected: { id, change: touched },
    OrderCancelled: { id, change: (order, event) => ({ ...touched(order, event), status: 'CANCELLED' }) },
    CustomerContactChanged: {
      where: ({ data }) => ({ customerId: data.customerId }),
      change: (order, { data }) => ({
        ...order,
        customerName: data.name,
        customerEmail: data.email.toLowerCase(),
      }),
    },
  },
});

function touched(order: Entry, { timestamp, version }: EventEnvelope<OrderEvent>): Entry {
  return { ...order, updatedAt: new Date(timestamp), version };
}
