import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { changeShippingAddress, order, type ChangeShippingAddress } from '@tidemark/ordering';
import { pinned } from '../../write/pinned';
import { OrderWriteCommand } from '../order-write-command';
import { visibleOrder } from '../visible-order';

export class ChangeShippingAddressCommand extends OrderWriteCommand<ChangeShippingAddress> {}

@CommandHandler(ChangeShippingAddressCommand)
export class ChangeShippingAddressHandler implements ICommandHandler<ChangeShippingAddressCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, caller, expectedVersion }: ChangeShippingAddressCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: order,
      aggregateId: data.orderId,
      command: context,
      decide: pinned(expectedVersion, (state) => changeShippingAddress(data, visibleOrder(state, caller))),
    });
  }
}
