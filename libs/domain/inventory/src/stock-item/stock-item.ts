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
   * Orders whose release came before their reservation, until that comes and is refused. Without a bound, because to forget one
   * is to hold its stock for ever; and few, because its sender repeats a reservation until that is answered.
   */
  readonly tombstones: readonly OrderId[];
  /** The latest orders that this item is done with, oldest first. */
  readonly settled: readonly SettledOrder[];
}

export interface SettledOrder {
  readonly orderId: OrderId;
  readonly outcome: 'REFUSED' | 'RELEASED' | 'SHIPPED';
}

/**
 * How many settled orders an item remembers, to absorb a command that comes again under another id. The same command
 * is absorbed by the log for ever, so a bound is safe; without one a popular item's state would grow with every order.
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

/** Pieces that nobody has reserved. */
export function availableOf(state: StockItemState): number {
  return state.onHand - state.reserved;
}

/** Where an order stands with this item; `undefined`: not heard of, or long settled. */
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

/** The first outcome stands: an order that shipped stays shipped, whatever is asked of it afterwards. */
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
