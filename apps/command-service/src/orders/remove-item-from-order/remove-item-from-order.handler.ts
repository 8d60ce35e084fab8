import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { removeItemFromOrder, order, type RemoveItemFromOrder } from '@tidemark/ordering';
import { pinned } from '../../write/pinned';
import { OrderWriteCommand } from '../order-write-command';
import { visibleOrder } from '../visible-order';

export class RemoveItemFromOrderCommand extends OrderWriteCommand<RemoveItemFromOrder> {}

@CommandHandler(RemoveItemFromOrderCommand)
export class RemoveItemFromOrderHandler implements ICommandHandler<RemoveItemFromOrderCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, caller, expectedVersion }: RemoveItemFromOrderCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: order,
      aggregateId: data.orderId,
      command: context,
      decide: pinned(expectedVersion, (state) => removeItemFromOrder(data, visibleOrder(state, caller))),
    });
  }
}
