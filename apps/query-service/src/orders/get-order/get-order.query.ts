import { Query } from '@nestjs/cqrs';
import type { Caller } from '@tidemark/platform';
import type { VersionedAnswer } from '../../caching/aggregate-answer';
import type { OrderDetailsDto } from './order-details.dto';

/** `undefined` for an order that does not exist or that the caller may not see. */
export class GetOrderQuery extends Query<VersionedAnswer<OrderDetailsDto> | undefined> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
  ) {
    super();
  }
}
