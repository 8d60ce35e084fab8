import { defineReadModel, type DocumentOf } from '@tidemark/projections';
import { z } from 'zod';
import { count, date, text } from './fields';
import { orderStatusSchema } from './order-status';

const spentSchema = z.strictObject({
  /** Minor units. */
  amount: z.number(),
  /** The number of orders in `amount`: the divisor of the average. */
  orderCount: count,
});

/** The totals of one customer's orders; `_id` is the customer's id. A customer without orders has no document. */
export const orderStatistics = defineReadModel({
  name: 'order_statistics',
  fields: {
    /** All orders, in every status. */
    orderCount: count,
    /** Every status, zeros included. */
    byStatus: z.record(orderStatusSchema, count),
    /**
     * The sums by currency, over orders that are paid, shipped or delivered. Currencies without such an order are
     * absent.
     */
    spent: z.record(text, spentSchema),
    firstOrderAt: date,
    lastOrderAt: date,
  },
});

export type OrderStatisticsDocument = DocumentOf<typeof orderStatistics>;
export type SpentInCurrency = OrderStatisticsDocument['spent'][string];
