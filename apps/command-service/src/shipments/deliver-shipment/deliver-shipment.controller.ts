import { Controller, Param, Post } from '@nestjs/common';
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
import { DeliverShipmentCommand } from './deliver-shipment.handler';

@ApiTags('shipments')
@Controller('v1/shipments/:id/deliver')
export class DeliverShipmentController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('operator')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('not_found', 'shipment_not_dispatched')
  deliver(
    @Param() { id: shipmentId }: ShipmentIdParams,
    @CommandContext() context: CommandContext,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    return this.writes.write(
      shipmentId,
      new DeliverShipmentCommand({ shipmentId }, context, expectedVersion),
    );
  }
}
