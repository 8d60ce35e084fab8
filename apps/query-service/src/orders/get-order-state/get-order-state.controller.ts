import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  CurrentCaller,
  invalidRequest,
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

  /** The state of the order at a version or an instant, folded from its events up to that point. */
  @Get(':id/state')
  @Roles('customer', 'operator')
  @ReadEndpoint()
  @ApiAggregateResponse(AggregateStateDto)
  async get(
    @Param() { id }: OrderIdParams,
    @Query() { version, at }: GetOrderStateParams,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: ConsistencyToken | undefined,
    @UnlessKnown() unlessKnown: UnlessKnown,
  ): Promise<AggregateStateDto | undefined> {
    if (version !== undefined && at !== undefined) {
      throw invalidRequest({
        path: 'at',
        code: 'contradiction',
        message: 'give either version or at, not both',
      });
    }
    await this.readYourWrites.inEventLog(token);
    const state = await this.queries.execute(new GetOrderStateQuery(caller, id, { version, at }));
    if (!state) {
      throw notFound('state of an order');
    }
    return unlessKnown({ version: state.version, isToldByVersion: true, body: state });
  }
}
