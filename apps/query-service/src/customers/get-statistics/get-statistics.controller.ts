import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  CurrentCaller,
  notFound,
  ReadAfter,
  ReadEndpoint,
  Roles,
  type Caller,
  type ConsistencyToken,
} from '@tidemark/platform';
import { CustomerIdParams } from '../../parameters/ids';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { CustomerStatisticsDto } from './customer-statistics.dto';
import { GetStatisticsQuery } from './get-statistics.query';

@ApiTags('customers')
@Controller('v1/customers')
export class GetStatisticsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  @Get(':id/statistics')
  @Roles('customer', 'operator')
  @ReadEndpoint()
  @ApiOkResponse({ type: CustomerStatisticsDto })
  async get(
    @Param() { id }: CustomerIdParams,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: ConsistencyToken | undefined,
  ): Promise<CustomerStatisticsDto> {
    await this.readYourWrites.inReadModel('order_statistics', token);
    const statistics = await this.queries.execute(new GetStatisticsQuery(caller, id));
    if (!statistics) {
      throw notFound('customer');
    }
    return statistics;
  }
}
