import type { ReadDocument } from './read-document';

/** The stock of one product; `_id` is the product's id. */
export interface StockLevelDocument extends ReadDocument {
  readonly onHand: number;
  readonly reserved: number;
  /** `onHand - reserved` */
  readonly available: number;
  readonly updatedAt: Date;
  /** The stock item's version. */
  readonly version: number;
}
