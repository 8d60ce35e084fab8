import type { Aggregate } from '@tidemark/kernel';
import { aggregates } from './aggregates';
import type { TidemarkEvent } from './all-contracts';

const aggregateOfType = new Map<string, Aggregate>(
  Object.values(aggregates as Record<string, Aggregate>).flatMap((aggregate) =>
    aggregate.contracts.map(({ type }) => [type, aggregate]),
  ),
);

/**
 * The partition key that the event's aggregate gives it: the customer for `Order`, `Payment`, `Shipment` and `Customer`
 * streams, the SKU for `StockItem` and `Product` streams. One partition therefore feeds every document of a read model,
 * in order.
 */
export function partitionKeyOf(event: TidemarkEvent): string {
  return aggregateOfType.get(event.type)!.partitionKeyOf(event);
}
