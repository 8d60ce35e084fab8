import { defineReadModel, type DocumentOf } from '@tidemark/projections';
import { z } from 'zod';
import { count, date } from './fields';

/** The stock of one product; `_id` is the product's id. */
export const stockLevels = defineReadModel({
  name: 'stock_levels',
  fields: {
    onHand: z.number(),
    reserved: z.number(),
    /** `onHand - reserved` */
    available: z.number(),
    updatedAt: date,
    /** The stock item's version. */
    version: count,
  },
  indexes: { available: { available: 1 } },
});

export type StockLevelDocument = DocumentOf<typeof stockLevels>;
