import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { shipReservedInventory, stockItem } from '@tidemark/inventory';
import { WriteCommand } from '../../write/write-command';

export class ShipReservedInventoryCommand extends WriteCommand<CommandData<'ShipReservedInventory'>> {}

@CommandHandler(ShipReservedInventoryCommand)
export class ShipReservedInventoryHandler implements ICommandHandler<ShipReservedInventoryCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: ShipReservedInventoryCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: stockItem,
      aggregateId: data.productId,
      command: context,
      decide: (state) => shipReservedInventory(data, state),
    });
  }
}
