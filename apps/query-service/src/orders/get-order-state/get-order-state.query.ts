import { Query } from '@nestjs/cqrs';
import type { Caller } from '@tidemark/platform';
import type { AggregateStateDto } from './aggregate-state.dto';

/** Up to which event to fold; without either, all of them. */
export interface Until {
  /** Inclusive. */
  readonly version?: number;
  /** Inclusive. */
  readonly at?: Date;
}

/** `undefined` when the order did not exist then, or has no such version, or is not the caller's to see. */
export class GetOrderStateQuery extends Query<AggregateStateDto | undefined> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly until: Until,
  ) {
    super();
  }
}
