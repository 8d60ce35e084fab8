import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore } from '@tidemark/event-store';
import { order } from '@tidemark/ordering';
import { mayActForCustomer } from '@tidemark/platform';
import { statesOf } from '../../event-log/states-of';
import { GetOrderHistoryQuery, type OrderHistory } from './get-order-history.query';
import type { StatusChangeDto } from './status-change.dto';

@QueryHandler(GetOrderHistoryQuery)
export class GetOrderHistoryHandler implements IQueryHandler<GetOrderHistoryQuery> {
  constructor(private readonly store: EventStore) {}

  async execute({ caller, orderId }: GetOrderHistoryQuery): Promise<OrderHistory | undefined> {
    const changes: StatusChangeDto[] = [];
    let version = 0;
    for await (const { event, state } of statesOf(this.store, order, orderId)) {
      version = event.version;
      if (state.status === 'ABSENT') {
        continue;
      }
      if (!mayActForCustomer(caller, state.customerId)) {
        return undefined;
      }
      if (state.status !== changes.at(-1)?.status) {
        const { timestamp, type: eventType, metadata } = event;
        changes.push({ status: state.status, timestamp, version, eventType, actor: metadata.actor });
      }
    }
    return changes.length === 0 ? undefined : { version, changes };
  }
}
