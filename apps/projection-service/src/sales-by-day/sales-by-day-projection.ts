import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import type { OrderEvent } from '@tidemark/ordering';
import type { EntryOf } from '@tidemark/projections';
import { salesByDay } from '@tidemark/read-models';
import { project } from '../project';

type Sale = EntryOf<typeof salesByDay>;
type Paid = Extract<OrderEvent, { type: 'OrderPaid' }>['data'];

/** A sale counts on the day of its order's payment. If the order is cancelled, the sale is subtracted from that day. */
export const salesByDayProjection = project(salesByDay).acrossPartitions({
  version: 1,
  on: {
    OrderPaid: { adds: salesOf, source: ({ data }) => data.orderId },
    // An unpaid order has added nothing.
    OrderCancelled: { takesBack: ({ data }) => data.orderId },
  },
});

function salesOf({ data, timestamp }: EventEnvelope<DomainEvent<'OrderPaid', Paid>>): readonly Sale[] {
  const { lines, amount, shippingAddress } = data;
  const sale = { day: timestamp.slice(0, '2026-01-31'.length), currency: amount.currency, orders: 1 };
  return [
    {
      ...sale,
      dimension: 'country',
      value: shippingAddress.country,
      units: lines.reduce((units, { quantity }) => units + quantity, 0),
      revenue: amount.amount,
    },
    ...lines.map(({ productId, quantity, totalPrice }) => ({
      ...sale,
      dimension: 'product' as const,
      value: productId,
      units: quantity,
      revenue: totalPrice.amount,
    })),
  ];
}
