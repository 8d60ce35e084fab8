import type { TidemarkEvent } from '@tidemark/contracts';
import type { Content, ProjectionDefinition } from '@tidemark/projections';
import type { OrderDetailsDocument } from '@tidemark/read-models';

/** What the details of an order do on which event: the table that the projection is put together from. */
export type Reactions = ProjectionDefinition<OrderDetailsDocument, TidemarkEvent>['on'];

export type Details = Content<OrderDetailsDocument>;

/** All events that the details select name their order. */
export function orderIdOf({ data }: { readonly data: { readonly orderId: string } }): string {
  return data.orderId;
}
