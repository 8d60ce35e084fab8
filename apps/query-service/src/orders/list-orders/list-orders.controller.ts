import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  CurrentCaller,
  invalidRequest,
  ReadAfter,
  ReadEndpoint,
  Roles,
  type Caller,
  type ConsistencyToken,
} from '@tidemark/platform';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { ListOrdersQuery } from './list-orders.query';
import { contradictionsIn, ListOrdersParams } from './list-orders.params';
import { OrderListDto } from './order-list.dto';

@ApiTags('orders')
@Controller('v1/orders')
export class ListOrdersController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  @Get()
  @Roles('customer', 'operator')
  @ReadEndpoint()
  @ApiOkResponse({ type: OrderListDto })
  async list(
    @Query() params: ListOrdersParams,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: ConsistencyToken | undefined,
  ): Promise<OrderListDto> {
    const { sort, limit, cursor, ...search } = params;
    const contradictions = contradictionsIn(search);
    if (contradictions.length > 0) {
      throw invalidRequest(...contradictions);
    }
    await this.readYourWrites.inReadModel('order_list', token);
    return this.queries.execute(new ListOrdersQuery(caller, search, { sort, limit, cursor }));
  }
}
