import { maxQuantity, productIdSchema, quantitySchema } from '@tidemark/catalogue';
import { defineEvent, type EventOf } from '@tidemark/kernel';
import { orderIdSchema } from '@tidemark/ordering';
import { z } from 'zod';

const count = z.int().min(0);
const text = z.string().min(1);

/** Every event contains the stock and the reservations after it, so that readers need not add up. */
const levels = { productId: productIdSchema, onHand: count, reserved: count };
const reservation = { ...levels, orderId: orderIdSchema, quantity: quantitySchema };

export const stockReceived = defineEvent(
  'StockReceived',
  z.strictObject({ ...levels, quantity: quantitySchema, reference: text.optional() }),
);

export const inventoryReserved = defineEvent('InventoryReserved', z.strictObject(reservation));

export const inventoryReservationFailed = defineEvent(
  'InventoryReservationFailed',
  z.strictObject({ ...reservation, reason: z.enum(['insufficient_stock', 'reservation_released']) }),
);

/** A quantity of 0 means that the order had no reservation. If the reservation arrives later, it is refused. */
export const inventoryReleased = defineEvent(
  'InventoryReleased',
  z.strictObject({ ...reservation, quantity: z.int().min(0).max(maxQuantity) }),
);

export const reservedInventoryShipped = defineEvent('ReservedInventoryShipped', z.strictObject(reservation));

export const stockAdjusted = defineEvent(
  'StockAdjusted',
  z.strictObject({ ...levels, quantity: z.int().min(-maxQuantity).max(maxQuantity), reason: text }),
);

export const stockItemContracts = [
  stockReceived,
  inventoryReserved,
  inventoryReservationFailed,
  inventoryReleased,
  reservedInventoryShipped,
  stockAdjusted,
] as const;

export type StockItemEvent = EventOf<(typeof stockItemContracts)[number]>;
