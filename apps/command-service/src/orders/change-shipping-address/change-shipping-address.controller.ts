import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  AddressDto,
  CommandContext,
  CurrentCaller,
  ExpectedVersion,
  Roles,
  WriteEndpoint,
  type Caller,
  type WriteResultDto,
} from '@tidemark/platform';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { OrderIdParams } from '../order-id-params';
import { ChangeShippingAddressCommand } from './change-shipping-address.handler';

@ApiTags('orders')
@Controller('v1/orders/:id/shipping-address')
export class ChangeShippingAddressController {
  constructor(private readonly writes: WriteGateway) {}

  @Put()
  @Roles('customer', 'operator')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('not_found', 'order_not_pending', 'order_change_limit')
  change(
    @Param() { id: orderId }: OrderIdParams,
    @Body() body: AddressDto,
    @CommandContext() context: CommandContext,
    @CurrentCaller() caller: Caller,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const data = { orderId, shippingAddress: { ...body } };
    const command = new ChangeShippingAddressCommand(data, context, caller, expectedVersion);
    return this.writes.write(orderId, command);
  }
}
