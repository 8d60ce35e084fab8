import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CommandContext,
  CurrentCaller,
  ExpectedVersion,
  Roles,
  WriteEndpoint,
  notFound,
  type Caller,
  type WriteResultDto,
} from '@tidemark/platform';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { CustomerIdParams } from '../customer-id-params';
import { mayChangeCustomer } from '../may-change-customer';
import { ChangeCustomerContactDto } from './change-customer-contact.dto';
import { ChangeCustomerContactCommand } from './change-customer-contact.handler';

@ApiTags('customers')
@Controller('v1/customers/:id/contact')
export class ChangeCustomerContactController {
  constructor(private readonly writes: WriteGateway) {}

  @Put()
  @Roles('customer', 'service')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('not_found')
  change(
    @Param() { id: customerId }: CustomerIdParams,
    @Body() body: ChangeCustomerContactDto,
    @CommandContext() context: CommandContext,
    @CurrentCaller() caller: Caller,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const command = new ChangeCustomerContactCommand({ ...body, customerId }, context, expectedVersion);
    if (!mayChangeCustomer(caller, customerId)) {
      throw this.writes.refused(command, notFound('customer'));
    }
    return this.writes.write(customerId, command);
  }
}
