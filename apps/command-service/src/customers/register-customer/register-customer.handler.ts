import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { customer, registerCustomer, type RegisterCustomer } from '@tidemark/customers';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { WriteCommand } from '../../write/write-command';

export class RegisterCustomerCommand extends WriteCommand<RegisterCustomer> {}

@CommandHandler(RegisterCustomerCommand)
export class RegisterCustomerHandler implements ICommandHandler<RegisterCustomerCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: RegisterCustomerCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: customer,
      startsStream: true,
      aggregateId: data.customerId,
      command: context,
      decide: (state) => registerCustomer(data, state),
    });
  }
}
