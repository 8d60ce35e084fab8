import { Controller, Get, Param, Query } from '@nestjs/common';
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
import { GetOrderHistoryParams } from './get-order-history.params';
import { GetOrderHistoryQuery } from './get-order-history.query';
import { HistoryEntryDto } from './history-entry.dto';

@ApiTags('orders')
@Controller('v1/orders')
export class GetOrderHistoryController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  /** The statuses that an order has had, or all its events, oldest first. */
  @Get(':id/history')
  @Roles('customer', 'operator')
  @ReadEndpoint()
  @ApiAggregateResponse([HistoryEntryDto])
  async get(
    @Param() { id }: OrderIdParams,
    @Query() { events }: GetOrderHistoryParams,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: ConsistencyToken | undefined,
    @UnlessKnown() unlessKnown: UnlessKnown,
  ): Promise<readonly HistoryEntryDto[] | undefined> {
    await this.readYourWrites.inEventLog(token);
    const history = await this.queries.execute(new GetOrderHistoryQuery(caller, id, events));
    if (!history) {
      throw notFound('order');
    }
    const { version, isToldByVersion, entries: body } = history;
    return unlessKnown({ version, isToldByVersion, body });
  }
}
