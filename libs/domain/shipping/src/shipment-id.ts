import type { Brand } from '@tidemark/kernel';
import { orderIdSchema, type OrderId } from '@tidemark/ordering';
import type { z } from 'zod';

/** An order has one shipment, named after it, so that creating it twice can't make two. */
export type ShipmentId = Brand<string, 'ShipmentId'>;

export const shipmentIdSchema = orderIdSchema as unknown as z.ZodType<ShipmentId, string>;

export function shipmentIdOf(orderId: OrderId): ShipmentId {
  return orderId as string as ShipmentId;
}
