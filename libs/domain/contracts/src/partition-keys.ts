import type { ProductId } from '@tidemark/catalogue';
import type { CustomerId } from '@tidemark/customers';
import type { Aggregate } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import type { PaymentId } from '@tidemark/payments';
import type { ShipmentId } from '@tidemark/shipping';
import type { aggregates, StreamType } from './aggregates';

/** The events of the aggregates whose partition key is of this kind. */
type EventsKeyedBy<Key extends string> = {
  [Type in StreamType]: (typeof aggregates)[Type] extends Aggregate<unknown, infer Event, infer Of>
    ? Of extends Key
      ? Event
      : never
    : never;
}[StreamType];

/**
 * The keys that the log is partitioned by. A customer's orders, with their payments and shipments, are in the
 * customer's partition.
 */
export type PartitionKeys = {
  readonly customer: {
    readonly event: EventsKeyedBy<CustomerId>;
    readonly id: CustomerId | OrderId | PaymentId | ShipmentId;
  };
  readonly product: {
    readonly event: EventsKeyedBy<ProductId>;
    readonly id: ProductId;
  };
};
