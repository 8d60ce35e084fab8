import { Query } from '@nestjs/cqrs';
import type { Caller } from '@tidemark/platform';
import type { CustomerStatisticsDto } from './customer-statistics.dto';

/** `undefined` for a customer that does not exist or that the caller may not act for. */
export class GetStatisticsQuery extends Query<CustomerStatisticsDto | undefined> {
  constructor(
    readonly caller: Caller,
    readonly customerId: string,
  ) {
    super();
  }
}
