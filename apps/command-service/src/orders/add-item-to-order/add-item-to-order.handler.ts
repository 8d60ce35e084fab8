import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { addItemToOrder, order, type OrderId } from '@tidemark/ordering';
import { pinned } from '../../write/pinned';
import { LineFacts, type RequestedItem } from '../line-facts';
import { OrderWriteCommand } from '../order-write-command';
import { visibleOrder } from '../visible-order';

export class AddItemToOrderCommand extends OrderWriteCommand<{ orderId: OrderId; item: RequestedItem }> {}

@CommandHandler(AddItemToOrderCommand)
export class AddItemToOrderHandler implements ICommandHandler<AddItemToOrderCommand> {
  constructor(
    private readonly executor: CommandExecutor,
    private readonly lineFacts: LineFacts,
  ) {}

  execute({ data, context, caller, expectedVersion }: AddItemToOrderCommand): Promise<Execution> {
    const { orderId, item } = data;
    return this.executor.execute({
      aggregate: order,
      aggregateId: orderId,
      command: context,
      decide: async (state, version) => {
        const line = await this.lineFacts.of(item);
        const visible = visibleOrder(state, caller);
        return pinned(expectedVersion, () => addItemToOrder({ orderId, line }, visible))(state, version);
      },
    });
  }
}
