import {
  completeCompensation,
  dropAllCompensations,
  dropCompensation,
  handled,
  pushCompensation,
  type Handled,
} from '@tidemark/process-manager';
import { withReservation, type Fulfilment, type Reservation } from './fulfilment';
import { ask } from './fulfilment-commands';
import type { On } from './fulfilment-inputs';
import { unwind } from './unwind';

export const reserveStock: On<'OrderPaid'> = (fulfilment, { event }) => {
  const reservations = event.data.lines.map(({ productId, quantity }): Reservation => ({
    productId,
    quantity,
    status: 'REQUESTED',
  }));
  const products = reservations.map(({ productId }) => productId);
  const state: Fulfilment = {
    ...fulfilment,
    step: 'reserving_stock',
    reservations,
    compensations: pushCompensation(fulfilment.compensations, 'releasing_stock', ...products),
  };
  return handled(`reserve stock of ${products.join(', ')}`, state, {
    commands: reservations.map(({ productId, quantity }) =>
      ask('ReserveInventory', { productId, orderId: fulfilment.orderId, quantity }),
    ),
  });
};

export const stockReserved: On<'InventoryReserved'> = (fulfilment, { event }) => {
  const state = withReservation(fulfilment, event.data.productId, 'RESERVED');
  if (!state.reservations.every(({ status }) => status === 'RESERVED')) {
    return handled(`${event.data.productId} is reserved`, state);
  }
  const next: Fulfilment = {
    ...state,
    step: 'creating_shipment',
    compensations: pushCompensation(state.compensations, 'cancelling_shipment', state.orderId),
  };
  return handled('all is reserved: create the shipment', next, {
    commands: [ask('CreateShipment', { orderId: state.orderId, customerId: state.customerId! })],
  });
};

/**
 * Releases the other products even before their reservations are answered, because a reservation after its release is
 * refused.
 */
export const reservationFailed: On<'InventoryReservationFailed'> = (fulfilment, { event }) => {
  const { productId, reason } = event.data;
  const state: Fulfilment = {
    ...withReservation(fulfilment, productId, 'FAILED'),
    compensations: dropCompensation(fulfilment.compensations, 'releasing_stock', productId),
    undoReason: reason,
    lastError: `${reason}: ${productId}`,
  };
  return unwind(state, `${productId} can't be reserved`);
};

export const stockReleased: On<'InventoryReleased'> = (fulfilment, { event }) => {
  const { productId } = event.data;
  const state: Fulfilment = {
    ...withReservation(fulfilment, productId, 'RELEASED'),
    compensations: completeCompensation(fulfilment.compensations, 'releasing_stock', productId),
  };
  return unwind(state, `${productId} is released`);
};

/** Ships the reserved stock. After this step, the order can't be undone. */
export const shipStock: On<'ShipmentDispatched'> = (fulfilment) => {
  const { orderId, reservations } = fulfilment;
  const state: Fulfilment = {
    ...fulfilment,
    step: 'shipping',
    compensations: dropAllCompensations(fulfilment.compensations),
  };
  return handled('dispatched: ship the stock, mark the order shipped', state, {
    commands: [
      ...reservations.map(({ productId }) => ask('ShipReservedInventory', { productId, orderId })),
      // An order has one shipment, named after it.
      ask('MarkOrderShipped', { orderId, shipmentId: orderId }),
    ],
    cancelTimers: ['dispatch_deadline'],
  });
};

export const stockShipped: On<'ReservedInventoryShipped'> = (fulfilment, { event }) => {
  const { productId } = event.data;
  return awaitDeliveryOnceShipped(withReservation(fulfilment, productId, 'SHIPPED'), `${productId} has left`);
};

export const orderMarkedShipped: On<'OrderShipped'> = (fulfilment) => markedShipped(fulfilment);

export function markedShipped(fulfilment: Fulfilment): Handled<Fulfilment> {
  return awaitDeliveryOnceShipped({ ...fulfilment, isMarkedShipped: true }, 'the order is marked shipped');
}

function awaitDeliveryOnceShipped(fulfilment: Fulfilment, action: string): Handled<Fulfilment> {
  const hasLeft = fulfilment.reservations.every(({ status }) => status === 'SHIPPED');
  return hasLeft && fulfilment.isMarkedShipped
    ? handled(`${action}: await delivery`, { ...fulfilment, step: 'awaiting_delivery' } as Fulfilment)
    : handled(action, fulfilment);
}
