import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  CurrentCaller,
  notFound,
  ReadAfter,
  ReadEndpoint,
  Roles,
  type Caller,
  type ConsistencyToken,
} from '@tidemark/platform';
import { ApiAggregateResponse, UnlessKnown } from '../../caching/aggregate-answer';
import { OrderIdParams } from '../../parameters/ids';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { GetOrderQuery } from './get-order.query';
import { OrderDetailsDto } from './order-details.dto';

@ApiTags('orders')
@Controller('v1/orders')
export class GetOrderController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  @Get(':id')
  @Roles('customer', 'operator')
  @ReadEndpoint()
  @ApiAggregateResponse(OrderDetailsDto)
  async get(
    @Param() { id }: OrderIdParams,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: ConsistencyToken | undefined,
    @UnlessKnown() unlessKnown: UnlessKnown,
  ): Promise<OrderDetailsDto | undefined> {
    await this.readYourWrites.inReadModel('order_details', token);
    const order = await this.queries.execute(new GetOrderQuery(caller, id));
    if (!order) {
      throw notFound('order');
    }
    return unlessKnown(order);
  }
}
