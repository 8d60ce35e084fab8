import { parseProductId } from '@tidemark/catalogue';
import { parseOrderId, type OrderId } from '@tidemark/ordering';
import type { StockItemEvent } from './events';

export const productId = parseProductId('85123A')!;

export function orderIdOf(n: number): OrderId {
  return parseOrderId(`0192f0c1-0000-7000-8000-${String(n).padStart(12, '0')}`)!;
}
export const orderId = orderIdOf(1);
export const other = orderIdOf(2);

export function received(quantity: number, onHand = quantity, reserved = 0): StockItemEvent {
  return { type: 'StockReceived', data: { productId, quantity, onHand, reserved } };
}

export function reserved(
  quantity: number,
  levels: { onHand: number; reserved: number },
  by = orderId,
): StockItemEvent {
  return { type: 'InventoryReserved', data: { productId, orderId: by, quantity, ...levels } };
}

export function released(
  quantity: number,
  levels: { onHand: number; reserved: number },
  by = orderId,
): StockItemEvent {
  return { type: 'InventoryReleased', data: { productId, orderId: by, quantity, ...levels } };
}

export function shipped(
  quantity: number,
  levels: { onHand: number; reserved: number },
  by = orderId,
): StockItemEvent {
  return { type: 'ReservedInventoryShipped', data: { productId, orderId: by, quantity, ...levels } };
}

export function refused(
  reason: 'insufficient_stock' | 'reservation_released',
  quantity: number,
  levels: { onHand: number; reserved: number },
  by = orderId,
): StockItemEvent {
  return {
    type: 'InventoryReservationFailed',
    data: { productId, orderId: by, quantity, reason, ...levels },
  };
}
