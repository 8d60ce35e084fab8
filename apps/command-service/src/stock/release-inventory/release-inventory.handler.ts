import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { releaseInventory, stockItem } from '@tidemark/inventory';
import { WriteCommand } from '../../write/write-command';

export class ReleaseInventoryCommand extends WriteCommand<CommandData<'ReleaseInventory'>> {}

@CommandHandler(ReleaseInventoryCommand)
export class ReleaseInventoryHandler implements ICommandHandler<ReleaseInventoryCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: ReleaseInventoryCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: stockItem,
      aggregateId: data.productId,
      command: context,
      decide: (state) => releaseInventory(data, state),
    });
  }
}
