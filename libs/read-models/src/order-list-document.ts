import type { Money } from '@tidemark/kernel';
import type { OrderStatus } from './order-status';
import type { ReadDocument } from './read-document';

/** One line of the list of orders; `_id` is the order's id. */
export interface OrderListDocument extends ReadDocument {
  readonly orderNumber: string;
  readonly customerId: string;
  readonly customerName: string;
  /** In lower case, so that a search without case is an exact match or an anchored prefix on an index. */
  readonly customerEmail: string;
  readonly status: OrderStatus;
  readonly totalAmount: Money;
  /** How many lines the order has. */
  readonly itemCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The order's version. */
  readonly version: number;
}
