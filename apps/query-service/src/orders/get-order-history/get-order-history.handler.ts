import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { aggregates } from '@tidemark/contracts';
import { EventStore, type EventHeader } from '@tidemark/event-store';
import { streamIdOf, type EventEnvelope } from '@tidemark/kernel';
import { order, statusAfter, statusEventTypes, type OrderEvent, type OrderStatus } from '@tidemark/ordering';
import { mayActForCustomer, shownActor, type Caller } from '@tidemark/platform';
import { GetOrderHistoryQuery, type OrderHistory } from './get-order-history.query';
import type { HistoryEntryDto } from './history-entry.dto';

/**
 * Reads only the events' headers: their types determine the status, and reading their data would be most of the work.
 */
@QueryHandler(GetOrderHistoryQuery)
export class GetOrderHistoryHandler implements IQueryHandler<GetOrderHistoryQuery> {
  constructor(private readonly store: EventStore) {}

  async execute({ caller, orderId, events }: GetOrderHistoryQuery): Promise<OrderHistory | undefined> {
    const own = streamIdOf(order.streamType, orderId);
    // Read first, so that the answer is never older than its version.
    const head = await this.store.streamHead(own);
    const headers = await (events === 'all'
      ? this.store.readHeaders(streamsOf(orderId))
      : this.store.readHeaders([own], statusEventTypes));
    const created = headers.find(({ type }) => type === ('OrderCreated' satisfies OrderEvent['type']));
    if (!head || !created || !mayActForCustomer(caller, await this.customerOf(created))) {
      return undefined;
    }
    const isToldByVersion = headers.at(-1)?.streamId === own;
    return { version: head.version, isToldByVersion, entries: entriesOf(headers, own, caller) };
  }

  private async customerOf({ streamId, version }: EventHeader): Promise<string> {
    for await (const event of this.store.readStream(streamId, { fromVersion: version, limit: 1 })) {
      return (event as EventEnvelope<OrderEvent>).data.customerId;
    }
    throw new Error(`${streamId} no longer has version ${version}`);
  }
}

/**
 * The streams whose events make up the timeline in the order's details. They share the partition of the order's
 * customer.
 */
function streamsOf(orderId: string): string[] {
  const { Order, Payment, Shipment } = aggregates;
  return [Order, Payment, Shipment].map(({ streamType }) => streamIdOf(streamType, orderId));
}

function entriesOf(headers: readonly EventHeader[], own: string, caller: Caller): HistoryEntryDto[] {
  const entries: HistoryEntryDto[] = [];
  let status: OrderStatus | undefined;
  let version = 0;
  for (const { streamId, version: streamVersion, type: eventType, timestamp, actor } of headers) {
    if (streamId === own) {
      status = statusAfter(eventType) ?? status;
      version = streamVersion;
    }
    // An order has no status before it is created, but a payment for it may already have been rejected.
    if (status !== undefined) {
      entries.push({ status, timestamp, version, eventType, actor: shownActor(caller, actor) });
    }
  }
  return entries;
}
