import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { changeCustomerContact, customer, type ChangeCustomerContact } from '@tidemark/customers';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { pinned } from '../../write/pinned';
import { WriteCommand } from '../../write/write-command';

export class ChangeCustomerContactCommand extends WriteCommand<ChangeCustomerContact> {}

@CommandHandler(ChangeCustomerContactCommand)
export class ChangeCustomerContactHandler implements ICommandHandler<ChangeCustomerContactCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, expectedVersion }: ChangeCustomerContactCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: customer,
      aggregateId: data.customerId,
      command: context,
      decide: pinned(expectedVersion, (state) => changeCustomerContact(data, state)),
    });
  }
}
