import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ReadAfter, ReadEndpoint, Roles, type ConsistencyToken } from '@tidemark/platform';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { ShipmentListDto } from '../shipment.dto';
import { ListShipmentsParams } from './list-shipments.params';
import { ListShipmentsQuery } from './list-shipments.query';

@ApiTags('shipments')
@Controller('v1/shipments')
export class ListShipmentsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  @Get()
  @Roles('operator')
  @ReadEndpoint()
  @ApiOkResponse({ type: ShipmentListDto })
  async list(
    @Query() { status, limit, cursor }: ListShipmentsParams,
    @ReadAfter() token: ConsistencyToken | undefined,
  ): Promise<ShipmentListDto> {
    await this.readYourWrites.inReadModel('shipments', token);
    return this.queries.execute(new ListShipmentsQuery({ status }, { limit, cursor }));
  }
}
