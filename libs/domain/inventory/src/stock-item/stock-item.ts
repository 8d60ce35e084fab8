import type { ProductId } from '@tidemark/catalogue';
import type { Aggregate } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import { stockItemContracts, type StockItemEvent } from './events';

export interface StockItemState {
  readonly onHand: number;
  /** The sum of `reservations`; never more than `onHand`. */
  readonly reserved: number;
  /** Pieces held for an order, by order id. */
  readonly reservations: Readonly<Partial<Record<OrderId, number>>>;
  /**
   * Orders whose release arrived before their reservation, until the reservation arrives and is refused. Unbounded,
   * because forgetting an order would reserve its stock for ever. There are few, because the sender repeats a
   * reservation until it is answered.
   */
  readonly tombstones: readonly OrderId[];
  /** The orders that were settled last, oldest first. */
  readonly settled: readonly SettledOrder[];
}

export interface SettledOrder {
  readonly orderId: OrderId;
  readonly outcome: 'REFUSED' | 'RELEASED' | 'SHIPPED';
}

/**
 * How many settled orders an item remembers, to ignore a repeated command with another id. The log ignores a repeat
 * with the same id for ever, so a limit is safe. Without one, a popular item's state would grow with every order.
 */
export const maxSettledOrders = 200;

/** Stream `StockItem-<productId>`. */
export const stockItem: Aggregate<StockItemState, StockItemEvent, ProductId> = {
  streamType: 'StockItem',
  initial: { onHand: 0, reserved: 0, reservations: {}, tombstones: [], settled: [] },
  evolve,
  partitionKeyOf: ({ data }) => data.productId,
  contracts: stockItemContracts,
  stateVersion: 1,
};

/** Pieces that are not reserved. */
export function availableOf(state: StockItemState): number {
  return state.onHand - state.reserved;
}

/** The state of the order's reservation of this item. `undefined` if the order is unknown or was settled long ago. */
export function standingOf(
  state: StockItemState,
  orderId: OrderId,
): 'RESERVED' | 'TOMBSTONE' | SettledOrder['outcome'] | undefined {
  if (state.reservations[orderId] !== undefined) {
    return 'RESERVED';
  }
  if (state.tombstones.includes(orderId)) {
    return 'TOMBSTONE';
  }
  return state.settled.find((order) => order.orderId === orderId)?.outcome;
}

function evolve(state: StockItemState, event: StockItemEvent): StockItemState {
  const { onHand, reserved } = event.data;
  const next = { ...state, onHand, reserved };
  switch (event.type) {
    case 'StockReceived':
    case 'StockAdjusted':
      return next;
    case 'InventoryReserved': {
      const { orderId, quantity } = event.data;
      return { ...next, reservations: { ...state.reservations, [orderId]: quantity } };
    }
    case 'InventoryReservationFailed': {
      const { orderId, reason } = event.data;
      return settle(next, orderId, reason === 'insufficient_stock' ? 'REFUSED' : 'RELEASED');
    }
    case 'InventoryReleased': {
      const { orderId } = event.data;
      const standing = standingOf(state, orderId);
      if (standing === 'RESERVED') {
        return settle(next, orderId, 'RELEASED');
      }
      return standing === undefined ? { ...next, tombstones: [...state.tombstones, orderId] } : next;
    }
    case 'ReservedInventoryShipped':
      return settle(next, event.data.orderId, 'SHIPPED');
    default:
      return event satisfies never;
  }
}

/** The first outcome is final: an order that shipped stays shipped, whatever command follows. */
function settle(state: StockItemState, orderId: OrderId, outcome: SettledOrder['outcome']): StockItemState {
  if (state.settled.some((order) => order.orderId === orderId)) {
    return state;
  }
  const reservations = { ...state.reservations };
  delete reservations[orderId];
  return {
    ...state,
    reservations,
    tombstones: state.tombstones.filter((id) => id !== orderId),
    settled: [...state.settled, { orderId, outcome }].slice(-maxSettledOrders),
  };
}
