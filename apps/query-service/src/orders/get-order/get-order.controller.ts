import { Controller, Get, Param, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  CurrentCaller,
  etagOf,
  notFound,
  ReadAfter,
  ReadEndpoint,
  Roles,
  type Caller,
  type ConsistencyToken,
} from '@tidemark/platform';
import type { FastifyReply } from 'fastify';
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
  @ApiOkResponse({ type: OrderDetailsDto, headers: { ETag: { schema: { type: 'string' } } } })
  async get(
    @Param() { id }: OrderIdParams,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: ConsistencyToken | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderDetailsDto> {
    await this.readYourWrites.inReadModels(token);
    const order = await this.queries.execute(new GetOrderQuery(caller, id));
    if (!order) {
      throw notFound('order');
    }
    void reply.header('etag', etagOf(order.version));
    return order;
  }
}
