import type { ProductId } from '@tidemark/catalogue';
import type { CustomerId } from '@tidemark/customers';
import type { itemAddedToOrder, OrderId } from '@tidemark/ordering';
import type { EventOf } from '@tidemark/kernel';
import { v7 as uuidv7 } from 'uuid';

export type ItemAdded = EventOf<typeof itemAddedToOrder>;

/** A write, the same for every contender: events for one stream, with an id by which the audit finds them. */
export interface Write {
  /** A UUIDv7. It is the command's id and the correlation id, if the contender stores these. */
  readonly id: string;
  /** UUIDv7. */
  readonly streamId: string;
  readonly events: readonly [ItemAdded, ...ItemAdded[]];
}

/** Makes a write, by default to a stream of its own. */
export function newWrite({ events = 1, streamId = uuidv7() } = {}): Write {
  const [first = itemAdded(streamId), ...others] = Array.from({ length: events }, () => itemAdded(streamId));
  return { id: uuidv7(), streamId, events: [first, ...others] };
}

/** The write's id, for contenders that store it in the event's metadata. */
export function metadataOf({ id }: Write) {
  return { correlationId: id, causationId: id, actor: 'bench' };
}

/** An event of about 290 bytes of JSON. */
function itemAdded(streamId: string): ItemAdded {
  const quantity = 1 + Math.floor(Math.random() * 9);
  const unitPrice = { amount: 2_490, currency: 'EUR' };
  const totalPrice = { amount: unitPrice.amount * quantity, currency: 'EUR' };
  const sku = Math.floor(Math.random() * 10_000);
  return {
    type: 'ItemAddedToOrder',
    data: {
      orderId: streamId as OrderId,
      customerId: `customer-${streamId}` as CustomerId,
      line: {
        productId: `SKU-${sku}` as ProductId,
        productName: 'Pour-over dripper, glazed, size 2',
        quantity,
        unitPrice,
        totalPrice,
      },
      total: totalPrice,
    },
  };
}
