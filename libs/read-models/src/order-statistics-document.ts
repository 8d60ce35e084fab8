import type { OrderStatus } from './order-status';
import type { ReadDocument } from './read-document';

export interface SpentInCurrency {
  /** Minor units. */
  readonly amount: number;
  /** How many orders `amount` is the sum of: the divisor of the average. */
  readonly orderCount: number;
}

/** What one customer ordered; `_id` is the customer's id. A customer without orders has no document. */
export interface OrderStatisticsDocument extends ReadDocument {
  /** All orders, whatever became of them. */
  readonly orderCount: number;
  /** Every status, zeros included. */
  readonly byStatus: Readonly<Record<OrderStatus, number>>;
  /** By currency: orders that are paid, shipped or delivered. Currencies without such an order are absent. */
  readonly spent: Readonly<Record<string, SpentInCurrency>>;
  readonly firstOrderAt: Date;
  readonly lastOrderAt: Date;
}
