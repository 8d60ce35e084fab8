import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ReadAfter, ReadEndpoint, Roles, type ConsistencyToken } from '@tidemark/platform';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { StockListDto } from '../stock-level.dto';
import { ListStockParams } from './list-stock.params';
import { ListStockQuery } from './list-stock.query';

@ApiTags('stock')
@Controller('v1/stock')
export class ListStockController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  @Get()
  @Roles('operator')
  @ReadEndpoint()
  @ApiOkResponse({ type: StockListDto })
  async list(
    @Query() { belowAvailable, limit, cursor }: ListStockParams,
    @ReadAfter() token: ConsistencyToken | undefined,
  ): Promise<StockListDto> {
    await this.readYourWrites.inReadModel('stock_levels', token);
    return this.queries.execute(new ListStockQuery({ belowAvailable }, { limit, cursor }));
  }
}
