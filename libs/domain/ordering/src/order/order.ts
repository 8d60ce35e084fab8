import type { CustomerId, CustomerSnapshot } from '@tidemark/customers';
import type { Aggregate } from '@tidemark/kernel';
import type { Money } from '@tidemark/kernel/money';
import type { Address } from '../address';
import type { OrderId } from '../order-id';
import { orderContracts, type OrderEvent } from './events';
import { linesWithout, type OrderLine } from './order-line';

interface PlacedOrder {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly customerId: CustomerId;
  /** The customer's data at the creation of the order. */
  readonly customer: CustomerSnapshot;
  /** 1 to 10, one per product, all in one currency. */
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly shippingAddress: Address;
  readonly billingAddress: Address;
  readonly shippingMethod?: string | undefined;
  /** The number of events from changes by the customer or an operator since the creation; see `maxChangesPerOrder`. */
  readonly changes: number;
  /** The state of the customer's request to cancel a paid order. A granted request ends in `CANCELLED`. */
  readonly cancellation?: 'REQUESTED' | 'REJECTED' | undefined;
}

interface PaidOrder extends PlacedOrder {
  readonly paymentId: string;
}

/** PENDING → PAID → SHIPPED → DELIVERED, or PENDING or PAID → CANCELLED. */
export type OrderState =
  | { readonly status: 'ABSENT' }
  | ({ readonly status: 'PENDING' } & PlacedOrder)
  | ({ readonly status: 'PAID' } & PaidOrder)
  | ({ readonly status: 'SHIPPED' | 'DELIVERED'; readonly shipmentId: string } & PaidOrder)
  | ({ readonly status: 'CANCELLED'; readonly reason: string } & PlacedOrder);

export type OrderStatus = Exclude<OrderState['status'], 'ABSENT'>;

export const order: Aggregate<OrderState, OrderEvent, CustomerId> = {
  streamType: 'Order',
  initial: { status: 'ABSENT' },
  evolve,
  partitionKeyOf: ({ data }) => data.customerId,
  contracts: orderContracts,
  stateVersion: 2,
};

function evolve(state: OrderState, event: OrderEvent): OrderState {
  if (event.type === 'OrderCreated') {
    return { status: 'PENDING', ...event.data, changes: 0 };
  }
  if (state.status === 'ABSENT') {
    return state;
  }
  switch (event.type) {
    case 'ItemAddedToOrder':
      return {
        ...changed(state),
        lines: [...state.lines, event.data.line],
        total: event.data.total,
      };
    case 'ItemRemovedFromOrder':
      return {
        ...changed(state),
        lines: linesWithout(state.lines, event.data.productId),
        total: event.data.total,
      };
    case 'ShippingAddressChanged':
      return { ...changed(state), shippingAddress: event.data.shippingAddress };
    case 'OrderPaid':
      return { ...state, status: 'PAID', paymentId: event.data.paymentId };
    case 'OrderShipped':
      return state.status === 'PAID'
        ? { ...state, status: 'SHIPPED', shipmentId: event.data.shipmentId }
        : state;
    case 'OrderDelivered':
      return state.status === 'SHIPPED' ? { ...state, status: 'DELIVERED' } : state;
    case 'OrderCancellationRequested':
      return { ...changed(state), cancellation: 'REQUESTED' };
    case 'OrderCancellationRejected':
      return { ...state, cancellation: 'REJECTED' };
    case 'OrderCancelled':
      return { ...state, status: 'CANCELLED', cancellation: undefined, reason: event.data.reason };
    case 'OrderPaymentRejected':
      return state;
    default:
      return event satisfies never;
  }
}

function changed<State extends PlacedOrder>(state: State): State {
  return { ...state, changes: state.changes + 1 };
}
