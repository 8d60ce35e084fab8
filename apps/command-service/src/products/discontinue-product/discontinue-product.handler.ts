import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { discontinueProduct, product, type DiscontinueProduct } from '@tidemark/catalogue';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { pinned } from '../../write/pinned';
import { WriteCommand } from '../../write/write-command';

export class DiscontinueProductCommand extends WriteCommand<DiscontinueProduct> {}

@CommandHandler(DiscontinueProductCommand)
export class DiscontinueProductHandler implements ICommandHandler<DiscontinueProductCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, expectedVersion }: DiscontinueProductCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: product,
      aggregateId: data.productId,
      command: context,
      decide: pinned(expectedVersion, (state) => discontinueProduct(data, state)),
    });
  }
}
