import { defineTally } from '@tidemark/projections';
import { z } from 'zod';
import { text } from './fields';

/** docs/adr/0045 defines a sale and when it is subtracted. Amounts of different currencies are never added. */
export const salesByDay = defineTally({
  name: 'sales_by_day',
  by: {
    /** The day in UTC, such as 2026-01-31. */
    day: text,
    currency: text,
    /** Sales are kept by country and by product. The sales by country contain every sale once. */
    dimension: z.enum(['country', 'product']),
    /** The country of the shipping address (ISO 3166-1 alpha-2), or the product's id. */
    value: text,
  },
  /** `orders`: if the dimension is the product, only the orders with that product. `revenue`: minor units. */
  sums: ['orders', 'units', 'revenue'],
  indexes: { day: { dimension: 1, day: 1, currency: 1 } },
});
