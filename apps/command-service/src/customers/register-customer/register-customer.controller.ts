import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CustomerId } from '@tidemark/customers';
import {
  CommandContext,
  CurrentCaller,
  Roles,
  WriteEndpoint,
  hasRole,
  notFound,
  type Caller,
  type WriteResultDto,
} from '@tidemark/platform';
import { derivedId } from '../../write/derived-id';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { mayChangeCustomer } from '../may-change-customer';
import { RegisterCustomerDto } from './register-customer.dto';
import { RegisterCustomerCommand } from './register-customer.handler';

@ApiTags('customers')
@Controller('v1/customers')
export class RegisterCustomerController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('customer', 'service')
  @WriteEndpoint({ status: 201, location: '/v1/customers/:id' })
  @ApiProblem('not_found', 'customer_exists')
  register(
    @Body() body: RegisterCustomerDto,
    @CommandContext() context: CommandContext,
    @CurrentCaller() caller: Caller,
  ): Promise<WriteResultDto> {
    const customerId = body.customerId ?? idForNewCustomer(caller, context.commandId);
    const command = new RegisterCustomerCommand({ ...body, customerId }, context);
    if (!mayChangeCustomer(caller, customerId)) {
      throw this.writes.refused(command, notFound('customer'));
    }
    return this.writes.write(customerId, command);
  }
}

/** A customer registers itself, under the id in its token. For other callers the service generates an id. */
function idForNewCustomer(caller: Caller, commandId: string): CustomerId {
  const own = hasRole(caller, 'service') ? undefined : caller.customerId;
  return (own ?? derivedId('customer', commandId)) as CustomerId;
}
