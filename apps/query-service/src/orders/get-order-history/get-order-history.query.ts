import { Query } from '@nestjs/cqrs';
import type { Caller } from '@tidemark/platform';
import type { StatusChangeDto } from './status-change.dto';

export interface OrderHistory {
  /** The order's version, which is later than its last change of status when something else came after. */
  readonly version: number;
  readonly changes: readonly StatusChangeDto[];
}

/** `undefined` for an order that does not exist or is not the caller's to see. */
export class GetOrderHistoryQuery extends Query<OrderHistory | undefined> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
  ) {
    super();
  }
}
