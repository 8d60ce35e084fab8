import { Query } from '@nestjs/cqrs';
import type { Caller } from '@tidemark/platform';
import type { GetOrderHistoryParams } from './get-order-history.params';
import type { HistoryEntryDto } from './history-entry.dto';

export interface OrderHistory {
  /** The order's version, which is later than its last change of status when something else came after. */
  readonly version: number;
  /** Whether no payment or shipment has added to the entries since the order came to that version. */
  readonly isToldByVersion: boolean;
  readonly entries: readonly HistoryEntryDto[];
}

/** `undefined` for an order that does not exist or is not the caller's to see. */
export class GetOrderHistoryQuery extends Query<OrderHistory | undefined> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly events: GetOrderHistoryParams['events'],
  ) {
    super();
  }
}
