import { defineTally } from '@tidemark/projections';
import { z } from 'zod';
import { text } from './fields';

/** docs/adr/0045 defines a sale and when it is subtracted. Amounts of different currencies are never added. */
export const salesByDay = defineTally({
  name: 'sales_by_day',
  by: {
    /** UTC, as in 2026-01-31. */
    day: text,
    currency: text,
    /** Sales are kept by country and by product. Those by country are all sales, each once. */
    dimension: z.enum(['country', 'product']),
    /** ISO 3166-1 alpha-2 of the shipping address, or the product's id. */
    value: text,
  },
  /** `orders`: with that product, where the dimension is the product. `revenue`: minor units. */
  sums: ['orders', 'units', 'revenue'],
  indexes: { day: { dimension: 1, day: 1, currency: 1 } },
});
