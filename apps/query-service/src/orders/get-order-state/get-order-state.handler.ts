import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import { order, type OrderEvent, type OrderState } from '@tidemark/ordering';
import { mayActForCustomer } from '@tidemark/platform';
import { statesOf, type StateAfter } from '../../event-log/states-of';
import type { AggregateStateDto } from './aggregate-state.dto';
import { GetOrderStateQuery, type Until } from './get-order-state.query';

@QueryHandler(GetOrderStateQuery)
export class GetOrderStateHandler implements IQueryHandler<GetOrderStateQuery> {
  constructor(private readonly store: EventStore) {}

  async execute({ caller, orderId, until }: GetOrderStateQuery): Promise<AggregateStateDto | undefined> {
    const last = await this.lastState(orderId, until);
    if (!last || last.state.status === 'ABSENT' || !mayActForCustomer(caller, last.state.customerId)) {
      return undefined;
    }
    if (until.version !== undefined && last.event.version !== until.version) {
      return undefined;
    }
    const { streamId, version, timestamp } = last.event;
    return { streamId, version, timestamp, state: last.state };
  }

  private async lastState(
    orderId: string,
    { version, at }: Until,
  ): Promise<StateAfter<OrderState, OrderEvent> | undefined> {
    let last: StateAfter<OrderState, OrderEvent> | undefined;
    for await (const next of statesOf(this.store, order, orderId, { toVersion: version })) {
      if (at !== undefined && isLater(next.event, at)) {
        break;
      }
      last = next;
    }
    return last;
  }
}

function isLater(event: EventEnvelope, at: Date): boolean {
  return Date.parse(event.timestamp) > at.getTime();
}
