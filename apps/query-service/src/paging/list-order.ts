import type { CursorPosition } from './cursor';
import type { SortOrder } from './keyset';

type CursorKey = CursorPosition['key'];

/** How a list is sorted, and how the sort key of its documents goes into a cursor and comes back. */
export interface ListOrder<Document> extends SortOrder {
  keyOf(document: Document): CursorKey;
  /** The key as the document stores it; `undefined` when no document can have such a key. */
  storedKey(key: CursorKey): Date | number | string | undefined;
}

export function byCreation(direction: 1 | -1): ListOrder<{ readonly createdAt: Date }> {
  return {
    field: 'createdAt',
    direction,
    keyOf: (document) => document.createdAt.getTime(),
    storedKey: (key) => {
      const instant = new Date(typeof key === 'number' ? key : Number.NaN);
      return Number.isNaN(instant.getTime()) ? undefined : instant;
    },
  };
}

/** By the number alone: amounts of different currencies are not converted into each other. */
export function byTotalAmount(
  direction: 1 | -1,
): ListOrder<{ readonly totalAmount: { readonly amount: number } }> {
  return {
    field: 'totalAmount.amount',
    direction,
    keyOf: (document) => document.totalAmount.amount,
    storedKey: (key) => (typeof key === 'number' ? key : undefined),
  };
}

export const byId: ListOrder<{ readonly _id: string }> = {
  field: '_id',
  direction: 1,
  keyOf: (document) => document._id,
  storedKey: (key) => (typeof key === 'string' ? key : undefined),
};
