import { accept, refuse, type Aggregate, type Decision, type EventOf } from '@tidemark/kernel';
import { projectionsOf } from '@tidemark/projections';
import { OrderConfirmed, OrderCreated, orderSummaries, OrderShipped } from './order-events.fixture';

export type OrderEvent =
  EventOf<typeof OrderCreated> | EventOf<typeof OrderConfirmed> | EventOf<typeof OrderShipped>;

export interface Order {
  readonly orderId?: string;
  readonly isConfirmed: boolean;
}

/** The sample of the class style in the functional style. */
export const order: Aggregate<Order, OrderEvent> = {
  streamType: 'Order',
  initial: { isConfirmed: false },
  evolve(state, event) {
    switch (event.type) {
      case 'OrderCreated':
        return { orderId: event.data.orderId, isConfirmed: false };
      case 'OrderConfirmed':
        return { ...state, isConfirmed: true };
      case 'OrderShipped':
        return state;
      default:
        return event satisfies never;
    }
  },
  partitionKeyOf: ({ data }) => data.orderId,
  contracts: [OrderCreated, OrderConfirmed, OrderShipped],
  stateVersion: 1,
};

export const create =
  (orderId: string, productId: string) =>
  (state: Order): Decision<OrderEvent> =>
    state.orderId === undefined
      ? accept({ type: 'OrderCreated', data: { orderId, productId } })
      : refuse('already_exists', 'this Order exists already');

export const confirm =
  (orderId: string) =>
  (state: Order): Decision<OrderEvent> => {
    if (state.orderId === undefined) {
      return refuse('not_found', 'there is no such Order');
    }
    return state.isConfirmed ? accept() : accept({ type: 'OrderConfirmed', data: { orderId } });
  };

export const ship =
  (orderId: string) =>
  (state: Order): Decision<OrderEvent> => {
    if (state.orderId === undefined) {
      return refuse('not_found', 'there is no such Order');
    }
    return state.isConfirmed
      ? accept({ type: 'OrderShipped', data: { orderId } })
      : refuse('unconfirmed_order', `the order ${orderId} is not confirmed`);
  };

interface Keys extends Readonly<Record<string, { readonly event: OrderEvent; readonly id: string }>> {
  readonly order: { readonly event: OrderEvent; readonly id: string };
}

export const orderProjection = projectionsOf<Keys>()(orderSummaries).keyedBy('order', {
  version: 1,
  on: {
    OrderCreated: {
      id: ({ data }) => data.orderId,
      create: ({ data, timestamp }) => ({ productId: data.productId, status: 'CREATED', since: timestamp }),
    },
    OrderConfirmed: {
      id: ({ data }) => data.orderId,
      change: (document) => ({ ...document, status: 'CONFIRMED' }),
    },
    OrderShipped: {
      id: ({ data }) => data.orderId,
      change: (document) => ({ ...document, status: 'SHIPPED' }),
    },
  },
});
