import type { Address } from './address';
import type { ReadDocument } from './read-document';

export const shipmentStatuses = ['CREATED', 'DISPATCHED', 'DELIVERED', 'CANCELLED'] as const;

export type ShipmentStatus = (typeof shipmentStatuses)[number];

export interface ShipmentItem {
  readonly productId: string;
  readonly productName: string;
  readonly quantity: number;
}

/** What the warehouse works from; `_id` is the shipment's id. */
export interface ShipmentDocument extends ReadDocument {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: ShipmentStatus;
  readonly items: readonly ShipmentItem[];
  readonly shippingAddress: Address;
  readonly carrier?: string;
  readonly trackingNumber?: string;
  /** As the carrier stated it: a date or an instant. */
  readonly estimatedDelivery?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The shipment's version. */
  readonly version: number;
}
