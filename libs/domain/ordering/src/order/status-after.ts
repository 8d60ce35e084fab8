import type { OrderEvent } from './events';
import type { OrderStatus } from './order';

const statuses: Readonly<Partial<Record<string, OrderStatus>>> = {
  OrderCreated: 'PENDING',
  OrderPaid: 'PAID',
  OrderShipped: 'SHIPPED',
  OrderDelivered: 'DELIVERED',
  OrderCancelled: 'CANCELLED',
} satisfies Partial<Record<OrderEvent['type'], OrderStatus>>;

/** The types of the events that change an order's status. */
export const statusEventTypes: readonly string[] = Object.keys(statuses);

/**
 * The status of an order after an event of this type; `undefined` if the event does not change the status. It is for
 * readers that do not read the events' data and so can't fold the events.
 */
export function statusAfter(type: string): OrderStatus | undefined {
  return statuses[type];
}
