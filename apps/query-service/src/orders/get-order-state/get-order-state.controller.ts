import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  CurrentCaller,
  etagOf,
  invalidRequest,
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
import { AggregateStateDto } from './aggregate-state.dto';
import { GetOrderStateParams } from './get-order-state.params';
import { GetOrderStateQuery } from './get-order-state.query';

@ApiTags('orders')
@Controller('v1/orders')
export class GetOrderStateController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  /** What the order was at a version or at a time, folded from its events up to there. */
  @Get(':id/state')
  @Roles('customer', 'operator')
  @ReadEndpoint()
  @ApiOkResponse({ type: AggregateStateDto, headers: { ETag: { schema: { type: 'string' } } } })
  async get(
    @Param() { id }: OrderIdParams,
    @Query() { version, at }: GetOrderStateParams,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: ConsistencyToken | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AggregateStateDto> {
    if (version !== undefined && at !== undefined) {
      throw invalidRequest({ path: 'at', code: 'contradiction', message: 'either version or at, not both' });
    }
    await this.readYourWrites.inEventLog(token);
    const state = await this.queries.execute(new GetOrderStateQuery(caller, id, { version, at }));
    if (!state) {
      throw notFound('state of an order');
    }
    void reply.header('etag', etagOf(state.version));
    return state;
  }
}
