import type { TidemarkEvent } from './all-contracts';

/**
 * What decides on an event's partition: the customer for `Order`, `Payment`, `Shipment` and `Customer` streams, the SKU
 * for `StockItem` and `Product` streams. So every document of a read model is fed by one partition, in order. The key
 * is the same for all events of a stream.
 */
export function partitionKeyOf(event: TidemarkEvent): string {
  return 'customerId' in event.data ? event.data.customerId : event.data.productId;
}
