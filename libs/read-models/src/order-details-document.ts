import type { Money } from '@tidemark/kernel';
import type { Address } from './address';
import type { OrderStatus } from './order-status';
import type { ReadDocument } from './read-document';

export interface OrderDetailsCustomer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone?: string;
}

export interface OrderDetailsItem {
  readonly productId: string;
  readonly productName: string;
  readonly productImageUrl?: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly totalPrice: Money;
}

export type PaymentStatus = 'REQUESTED' | 'CAPTURED' | 'FAILED' | 'REFUNDED';

/** The order's latest payment. */
export interface OrderDetailsPayment {
  readonly id: string;
  /** The kind of payment, as in `card`; never a token. */
  readonly method: string;
  readonly status: PaymentStatus;
  /** The provider's id of the charge. */
  readonly transactionId?: string;
  readonly failureReason?: string;
}

/** Grows as the shipment does; before there is one it holds what the customer asked for. */
export interface OrderDetailsShipping {
  readonly shipmentId?: string;
  readonly method?: string;
  readonly carrier?: string;
  readonly trackingNumber?: string;
  /** As the carrier stated it: a date or an instant. */
  readonly estimatedDelivery?: string;
}

export type CancellationStatus = 'REQUESTED' | 'REJECTED' | 'DONE';

export interface OrderDetailsCancellation {
  readonly status: CancellationStatus;
  /** Why it was asked for. */
  readonly reason: string;
}

export interface TimelineEntry {
  /** The event's published name. */
  readonly event: string;
  readonly timestamp: Date;
  /** One sentence for people. */
  readonly description: string;
  readonly actor: string;
}

/** So that an order that is changed often makes no growing document, which would be written whole at each change. */
export const maxTimelineEntries = 100;

/** All that is shown of one order; `_id` is the order's id. */
export interface OrderDetailsDocument extends ReadDocument {
  readonly orderNumber: string;
  readonly status: OrderStatus;
  /** The order's version. */
  readonly version: number;
  /**
   * Of the event that made it this version. When `position` is higher, a payment, the shipment or the customer has changed
   * the document since, and the version does not tell it from what it was before.
   */
  readonly versionPosition: number;
  readonly customer: OrderDetailsCustomer;
  readonly items: readonly OrderDetailsItem[];
  readonly shippingAddress: Address;
  readonly billingAddress: Address;
  readonly payment?: OrderDetailsPayment;
  readonly shipping: OrderDetailsShipping;
  readonly cancellation?: OrderDetailsCancellation;
  /** The newest events of the order, its payments and its shipment, oldest first; see `maxTimelineEntries`. */
  readonly timeline: readonly TimelineEntry[];
  /** How many events there are in all. */
  readonly timelineTotal: number;
  readonly totalAmount: Money;
  readonly createdAt: Date;
  /** Of the order's latest event; payments and shipments have their own. */
  readonly updatedAt: Date;
}
