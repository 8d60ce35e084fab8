import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { changeProductPrice, product, type ChangeProductPrice } from '@tidemark/catalogue';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { pinned } from '../../write/pinned';
import { WriteCommand } from '../../write/write-command';

export class ChangeProductPriceCommand extends WriteCommand<ChangeProductPrice> {}

@CommandHandler(ChangeProductPriceCommand)
export class ChangeProductPriceHandler implements ICommandHandler<ChangeProductPriceCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, expectedVersion }: ChangeProductPriceCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: product,
      aggregateId: data.productId,
      command: context,
      decide: pinned(expectedVersion, (state) => changeProductPrice(data, state)),
    });
  }
}
