import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore, PostgresSnapshots, type Snapshot } from '@tidemark/event-store';
import { streamIdOf, type EventEnvelope } from '@tidemark/kernel';
import { order, type OrderEvent, type OrderState } from '@tidemark/ordering';
import { mayActForCustomer } from '@tidemark/platform';
import { statesOf, type StateAfter } from '../../event-log/states-of';
import type { AggregateStateDto } from './aggregate-state.dto';
import { GetOrderStateQuery, type Until } from './get-order-state.query';

@QueryHandler(GetOrderStateQuery)
export class GetOrderStateHandler implements IQueryHandler<GetOrderStateQuery> {
  constructor(
    private readonly store: EventStore,
    private readonly snapshots: PostgresSnapshots,
  ) {}

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

  /** Only the newest snapshot is kept, so it only helps requests for later versions. */
  private async lastState(orderId: string, until: Until): Promise<LastState | undefined> {
    const snapshot = await this.findSnapshot(orderId);
    if (snapshot && snapshot.version <= (until.version ?? Infinity)) {
      const found = await this.lastStateFrom(snapshot, orderId, until);
      if (found) {
        return found;
      }
    }
    return this.lastStateFrom(undefined, orderId, until);
  }

  /**
   * The state at an instant is the state after the last event with a timestamp up to that instant. If the database's
   * clock has stepped back, events before the last one may have later timestamps. So reading continues after an event
   * with a later timestamp. Without that, the result would depend on the snapshot.
   */
  private async lastStateFrom(
    from: Snapshot | undefined,
    orderId: string,
    { version, at }: Until,
  ): Promise<LastState | undefined> {
    let last: LastState | undefined;
    for await (const next of statesOf(this.store, order, orderId, { toVersion: version, from })) {
      if (at === undefined || !isLater(next.event, at)) {
        last = next;
      }
    }
    return last;
  }

  /**
   * Undefined if the snapshot can't be read. Then all events are folded, which reports the error if the log can't be
   * read either.
   */
  private findSnapshot(orderId: string): Promise<Snapshot | undefined> {
    return this.snapshots
      .load(streamIdOf(order.streamType, orderId), order.stateVersion)
      .catch(() => undefined);
  }
}

type LastState = StateAfter<OrderState, OrderEvent>;

function isLater(event: EventEnvelope, at: Date): boolean {
  return Date.parse(event.timestamp) > at.getTime();
}
