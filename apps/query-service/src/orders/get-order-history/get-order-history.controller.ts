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
import { GetOrderHistoryQuery } from './get-order-history.query';
import { StatusChangeDto } from './status-change.dto';

@ApiTags('orders')
@Controller('v1/orders')
export class GetOrderHistoryController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  /** The statuses that an order has had, oldest first, from its events. */
  @Get(':id/history')
  @Roles('customer', 'operator')
  @ReadEndpoint()
  @ApiOkResponse({ type: [StatusChangeDto], headers: { ETag: { schema: { type: 'string' } } } })
  async get(
    @Param() { id }: OrderIdParams,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: ConsistencyToken | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly StatusChangeDto[]> {
    await this.readYourWrites.inEventLog(token);
    const history = await this.queries.execute(new GetOrderHistoryQuery(caller, id));
    if (!history) {
      throw notFound('order');
    }
    void reply.header('etag', etagOf(history.version));
    return history.changes;
  }
}
