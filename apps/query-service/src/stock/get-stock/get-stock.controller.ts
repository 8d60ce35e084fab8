import { Controller, Get, Param, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { etagOf, notFound, ReadAfter, ReadEndpoint, Roles, type ConsistencyToken } from '@tidemark/platform';
import type { FastifyReply } from 'fastify';
import { ProductIdParams } from '../../parameters/ids';
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
  @ApiOkResponse({ type: StockLevelDto, headers: { ETag: { schema: { type: 'string' } } } })
  async get(
    @Param() { productId }: ProductIdParams,
    @ReadAfter() token: ConsistencyToken | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StockLevelDto> {
    await this.readYourWrites.inReadModels(token);
    const stock = await this.queries.execute(new GetStockQuery(productId));
    if (!stock) {
      throw notFound('stock');
    }
    void reply.header('etag', etagOf(stock.version));
    return stock;
  }
}
