import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { reserveInventory, stockItem } from '@tidemark/inventory';
import { WriteCommand } from '../../write/write-command';

export class ReserveInventoryCommand extends WriteCommand<CommandData<'ReserveInventory'>> {}

@CommandHandler(ReserveInventoryCommand)
export class ReserveInventoryHandler implements ICommandHandler<ReserveInventoryCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: ReserveInventoryCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: stockItem,
      aggregateId: data.productId,
      command: context,
      decide: (state) => reserveInventory(data, state),
    });
  }
}
