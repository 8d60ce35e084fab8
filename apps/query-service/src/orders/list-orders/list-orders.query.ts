import { Query } from '@nestjs/cqrs';
import type { Caller } from '@tidemark/platform';
import type { Page } from '../../paging/page';
import type { OrderListItemDto } from './order-list.dto';
import type { OrderSearch, OrderSort } from './order-search';

export class ListOrdersQuery extends Query<Page<OrderListItemDto>> {
  constructor(
    readonly caller: Caller,
    readonly search: OrderSearch,
    readonly page: { readonly sort: OrderSort; readonly limit: number; readonly cursor?: string },
  ) {
    super();
  }
}
