import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CommandContext,
  ExpectedVersion,
  Roles,
  WriteEndpoint,
  type WriteResultDto,
} from '@tidemark/platform';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { ShipmentIdParams } from '../shipment-id-params';
import { DispatchShipmentDto } from './dispatch-shipment.dto';
import { DispatchShipmentCommand } from './dispatch-shipment.handler';

@ApiTags('shipments')
@Controller('v1/shipments/:id/dispatch')
export class DispatchShipmentController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('operator')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('not_found', 'shipment_not_ready')
  dispatch(
    @Param() { id: shipmentId }: ShipmentIdParams,
    @Body() body: DispatchShipmentDto,
    @CommandContext() context: CommandContext,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const command = new DispatchShipmentCommand({ ...body, shipmentId }, context, expectedVersion);
    return this.writes.write(shipmentId, command);
  }
}
