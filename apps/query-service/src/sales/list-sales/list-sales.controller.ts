import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { invalidRequest, ReadAfter, ReadEndpoint, Roles, type ConsistencyToken } from '@tidemark/platform';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { daysOf, faultsIn, ListSalesParams } from './list-sales.params';
import { ListSalesQuery } from './list-sales.query';
import { MOST_PRODUCTS, SalesDto } from './sales.dto';

@ApiTags('sales')
@Controller('v1/sales')
export class ListSalesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  @Get()
  @Roles('operator')
  @ReadEndpoint()
  @ApiOkResponse({
    type: [SalesDto],
    description:
      'Days are in order. Countries and products with the most units come first. Keys without sales are left out. ' +
      `At most ${MOST_PRODUCTS} products are listed`,
  })
  async list(
    @Query() params: ListSalesParams,
    @ReadAfter() token: ConsistencyToken | undefined,
  ): Promise<readonly SalesDto[]> {
    const days = daysOf(params, new Date());
    const faults = faultsIn(days, params.groupBy);
    if (faults.length > 0) {
      throw invalidRequest(...faults);
    }
    await this.readYourWrites.inReadModel('sales_by_day', token);
    return this.queries.execute(new ListSalesQuery(days, params.groupBy, params.currency));
  }
}
