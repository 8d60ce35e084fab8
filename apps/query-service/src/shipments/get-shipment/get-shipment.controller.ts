import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { notFound, ReadAfter, ReadEndpoint, Roles, type ConsistencyToken } from '@tidemark/platform';
import { ShipmentIdParams } from '../../parameters/ids';
import { ApiAggregateResponse, UnlessKnown } from '../../caching/aggregate-answer';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { ShipmentDto } from '../shipment.dto';
import { GetShipmentQuery } from './get-shipment.query';

@ApiTags('shipments')
@Controller('v1/shipments')
export class GetShipmentController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  @Get(':id')
  @Roles('operator')
  @ReadEndpoint()
  @ApiAggregateResponse(ShipmentDto)
  async get(
    @Param() { id }: ShipmentIdParams,
    @ReadAfter() token: ConsistencyToken | undefined,
    @UnlessKnown() unlessKnown: UnlessKnown,
  ): Promise<ShipmentDto | undefined> {
    await this.readYourWrites.inReadModel('shipments', token);
    const shipment = await this.queries.execute(new GetShipmentQuery(id));
    if (!shipment) {
      throw notFound('shipment');
    }
    return unlessKnown({ version: shipment.version, isToldByVersion: true, body: shipment });
  }
}
