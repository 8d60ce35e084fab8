import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { mayActForCustomer, notFound, type CursorScope } from '@tidemark/platform';
import { visibleTo } from '../../ownership/visible-to';
import { mapPage, type Page } from '../../paging/page';
import { ReadModelReader } from '../../read-store/read-model-reader';
import { ListOrdersQuery } from './list-orders.query';
import { orderConditions } from './order-conditions';
import { OrderListItemDto } from './order-list.dto';
import { listOrders } from './order-search';

@QueryHandler(ListOrdersQuery)
export class ListOrdersHandler implements IQueryHandler<ListOrdersQuery> {
  constructor(private readonly readModels: ReadModelReader) {}

  async execute(query: ListOrdersQuery): Promise<Page<OrderListItemDto>> {
    const { caller, search } = query;
    if (search.customerId !== undefined && !mayActForCustomer(caller, search.customerId)) {
      throw notFound('customer');
    }
    const { sort, ...page } = query.page;
    const found = await this.readModels.findPage({
      readModel: 'order_list',
      where: [visibleTo(caller, 'customerId'), ...orderConditions(search)],
      order: listOrders[sort],
      scope: scopeOf(query),
      ...page,
    });
    return mapPage(found, OrderListItemDto.of);
  }
}

function scopeOf({ search, page }: ListOrdersQuery): CursorScope {
  const { from, to, email, ...plain } = search;
  return {
    ...plain,
    email: email?.toLowerCase(),
    from: from?.getTime(),
    to: to?.getTime(),
    sort: page.sort,
  };
}
