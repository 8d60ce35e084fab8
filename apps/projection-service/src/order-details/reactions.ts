import type { PartitionKeys } from '@tidemark/contracts';
import type { OrderId } from '@tidemark/ordering';
import type { Content, Reactions } from '@tidemark/projections';
import type { OrderDetailsDocument } from '@tidemark/read-models';

/** How the details of an order change with each event. The projection is built from these tables. */
export type DetailsReactions = Reactions<OrderDetailsDocument, PartitionKeys, 'customer'>;

export type Details = Content<OrderDetailsDocument>;

/** All events that the details select contain the id of their order. */
export function orderIdOf({ data }: { readonly data: { readonly orderId: OrderId } }): OrderId {
  return data.orderId;
}
