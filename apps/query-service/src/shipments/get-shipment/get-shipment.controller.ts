import { Controller, Get, Param, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { etagOf, notFound, ReadAfter, ReadEndpoint, Roles, type ConsistencyToken } from '@tidemark/platform';
import type { FastifyReply } from 'fastify';
import { ShipmentIdParams } from '../../parameters/ids';
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
  @ApiOkResponse({ type: ShipmentDto, headers: { ETag: { schema: { type: 'string' } } } })
  async get(
    @Param() { id }: ShipmentIdParams,
    @ReadAfter() token: ConsistencyToken | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShipmentDto> {
    await this.readYourWrites.inReadModels(token);
    const shipment = await this.queries.execute(new GetShipmentQuery(id));
    if (!shipment) {
      throw notFound('shipment');
    }
    void reply.header('etag', etagOf(shipment.version));
    return shipment;
  }
}
