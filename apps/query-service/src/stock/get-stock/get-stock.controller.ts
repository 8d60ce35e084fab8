import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { notFound, ReadAfter, ReadEndpoint, Roles, type ConsistencyToken } from '@tidemark/platform';
import { ProductIdParams } from '../../parameters/ids';
import { ApiAggregateResponse, UnlessKnown } from '../../caching/aggregate-answer';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { StockLevelDto } from '../stock-level.dto';
import { GetStockQuery } from './get-stock.query';

@ApiTags('stock')
@Controller('v1/stock')
export class GetStockController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  @Get(':productId')
  @Roles('operator')
  @ReadEndpoint()
  @ApiAggregateResponse(StockLevelDto)
  async get(
    @Param() { productId }: ProductIdParams,
    @ReadAfter() token: ConsistencyToken | undefined,
    @UnlessKnown() unlessKnown: UnlessKnown,
  ): Promise<StockLevelDto | undefined> {
    await this.readYourWrites.inReadModel('stock_levels', token);
    const stock = await this.queries.execute(new GetStockQuery(productId));
    if (!stock) {
      throw notFound('stock');
    }
    return unlessKnown({ version: stock.version, isToldByVersion: true, body: stock });
  }
}
