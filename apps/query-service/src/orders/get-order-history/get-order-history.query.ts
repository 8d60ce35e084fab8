import { Query } from '@nestjs/cqrs';
import type { Caller } from '@tidemark/platform';
import type { GetOrderHistoryParams } from './get-order-history.params';
import type { HistoryEntryDto } from './history-entry.dto';

export interface OrderHistory {
  /** The order's version. It may be higher than the version of the last change of status. */
  readonly version: number;
  /** Whether no payment or shipment has added an entry since the order reached that version. */
  readonly isToldByVersion: boolean;
  readonly entries: readonly HistoryEntryDto[];
}

/** `undefined` for an order that does not exist or that the caller may not see. */
export class GetOrderHistoryQuery extends Query<OrderHistory | undefined> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly events: GetOrderHistoryParams['events'],
  ) {
    super();
  }
}
