import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { addProduct, product, type AddProduct } from '@tidemark/catalogue';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { pinned } from '../../write/pinned';
import { WriteCommand } from '../../write/write-command';

export class AddProductCommand extends WriteCommand<AddProduct> {}

@CommandHandler(AddProductCommand)
export class AddProductHandler implements ICommandHandler<AddProductCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, expectedVersion }: AddProductCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: product,
      startsStream: true,
      aggregateId: data.productId,
      command: context,
      decide: pinned(expectedVersion, (state) => addProduct(data, state)),
    });
  }
}
