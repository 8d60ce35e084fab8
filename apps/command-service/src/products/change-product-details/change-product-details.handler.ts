import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { changeProductDetails, product, type ChangeProductDetails } from '@tidemark/catalogue';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { pinned } from '../../write/pinned';
import { WriteCommand } from '../../write/write-command';

export class ChangeProductDetailsCommand extends WriteCommand<ChangeProductDetails> {}

@CommandHandler(ChangeProductDetailsCommand)
export class ChangeProductDetailsHandler implements ICommandHandler<ChangeProductDetailsCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, expectedVersion }: ChangeProductDetailsCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: product,
      aggregateId: data.productId,
      command: context,
      decide: pinned(expectedVersion, (state) => changeProductDetails(data, state)),
    });
  }
}
