import { product } from '@tidemark/catalogue';
import { customer } from '@tidemark/customers';
import { stockItem } from '@tidemark/inventory';
import type { Aggregate } from '@tidemark/kernel';
import { order } from '@tidemark/ordering';
import { payment } from '@tidemark/payments';
import { shipment } from '@tidemark/shipping';

/** Every aggregate of Tidemark by its stream type. */
export const aggregates = {
  Order: order,
  Payment: payment,
  StockItem: stockItem,
  Shipment: shipment,
  Customer: customer,
  Product: product,
} as const satisfies Record<string, Aggregate>;

export type StreamType = keyof typeof aggregates;

export function isStreamType(text: string): text is StreamType {
  return Object.hasOwn(aggregates, text);
}
