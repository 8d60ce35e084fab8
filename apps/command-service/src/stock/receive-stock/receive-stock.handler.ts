import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { catalogueEntryOf, product as productAggregate } from '@tidemark/catalogue';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { receiveStock, stockItem, type ReceiveStock } from '@tidemark/inventory';
import { pinned } from '../../write/pinned';
import { WriteCommand } from '../../write/write-command';

export class ReceiveStockCommand extends WriteCommand<Omit<ReceiveStock, 'product'>> {}

@CommandHandler(ReceiveStockCommand)
export class ReceiveStockHandler implements ICommandHandler<ReceiveStockCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, expectedVersion }: ReceiveStockCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: stockItem,
      aggregateId: data.productId,
      command: context,
      decide: async (state, version) => {
        const product = catalogueEntryOf((await this.executor.load(productAggregate, data.productId)).state);
        return pinned(expectedVersion, () => receiveStock({ ...data, product }, state))(state, version);
      },
    });
  }
}
