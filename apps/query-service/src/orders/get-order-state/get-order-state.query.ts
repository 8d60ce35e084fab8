import { Query } from '@nestjs/cqrs';
import type { Caller } from '@tidemark/platform';
import type { AggregateStateDto } from './aggregate-state.dto';

/** The last event to fold. Without either field, all events are folded. */
export interface Until {
  /** Inclusive. */
  readonly version?: number;
  /** Inclusive. */
  readonly at?: Date;
}

/** `undefined` when the order did not exist then, or has no such version, or the caller may not see it. */
export class GetOrderStateQuery extends Query<AggregateStateDto | undefined> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly until: Until,
  ) {
    super();
  }
}
