import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { cancelOrder, order } from '@tidemark/ordering';
import { WriteCommand } from '../../write/write-command';

export class CancelOrderCommand extends WriteCommand<CommandData<'CancelOrder'>> {}

@CommandHandler(CancelOrderCommand)
export class CancelOrderHandler implements ICommandHandler<CancelOrderCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: CancelOrderCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: order,
      aggregateId: data.orderId,
      command: context,
      decide: (state) => cancelOrder(data, state),
    });
  }
}
