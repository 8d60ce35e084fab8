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
  @ApiAggregateResponse([StatusChangeDto])
  async get(
    @Param() { id }: OrderIdParams,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: ConsistencyToken | undefined,
    @UnlessKnown() unlessKnown: UnlessKnown,
  ): Promise<readonly StatusChangeDto[] | undefined> {
    await this.readYourWrites.inEventLog(token);
    const history = await this.queries.execute(new GetOrderHistoryQuery(caller, id));
    if (!history) {
      throw notFound('order');
    }
    return unlessKnown({ version: history.version, isToldByVersion: true, body: history.changes });
  }
}
