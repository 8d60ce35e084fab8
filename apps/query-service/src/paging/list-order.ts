import type { SortOrder } from '@tidemark/projections';
import { z } from 'zod';

/** The sort order of a list, and how its sort key is written into a cursor and read back. */
export interface ListOrder<Document> extends SortOrder {
  keyOf(document: Document): number | string;
  /** Turns a cursor's key into the stored key, and refuses keys that no document can have. */
  readonly storedKey: z.ZodType<Date | number | string, number | string>;
}

/** The range of a Date. */
const MAX_INSTANT_MS = 8_640_000_000_000_000;

export function byCreation(direction: 1 | -1): ListOrder<{ readonly createdAt: Date }> {
  return {
    field: 'createdAt',
    direction,
    keyOf: (document) => document.createdAt.getTime(),
    storedKey: z
      .int()
      .min(0)
      .max(MAX_INSTANT_MS)
      .transform((milliseconds) => new Date(milliseconds)),
  };
}

/** Sorts by the number alone: amounts in different currencies are not converted. */
export function byTotalAmount(
  direction: 1 | -1,
): ListOrder<{ readonly totalAmount: { readonly amount: number } }> {
  return {
    field: 'totalAmount.amount',
    direction,
    keyOf: (document) => document.totalAmount.amount,
    storedKey: z.int().min(0),
  };
}

export const byId: ListOrder<{ readonly _id: string }> = {
  field: '_id',
  direction: 1,
  keyOf: (document) => document._id,
  storedKey: z.string().min(1),
};
