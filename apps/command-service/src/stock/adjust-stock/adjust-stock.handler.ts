import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { catalogueEntryOf, product as productAggregate } from '@tidemark/catalogue';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { adjustStock, stockItem, type AdjustStock } from '@tidemark/inventory';
import { pinned } from '../../write/pinned';
import { WriteCommand } from '../../write/write-command';

export class AdjustStockCommand extends WriteCommand<Omit<AdjustStock, 'product'>> {}

@CommandHandler(AdjustStockCommand)
export class AdjustStockHandler implements ICommandHandler<AdjustStockCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, expectedVersion }: AdjustStockCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: stockItem,
      aggregateId: data.productId,
      command: context,
      decide: async (state, version) => {
        const product = catalogueEntryOf((await this.executor.load(productAggregate, data.productId)).state);
        return pinned(expectedVersion, () => adjustStock({ ...data, product }, state))(state, version);
      },
    });
  }
}
