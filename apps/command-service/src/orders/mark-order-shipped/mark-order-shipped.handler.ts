import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { markOrderShipped, order, type MarkOrderShipped } from '@tidemark/ordering';
import { WriteCommand } from '../../write/write-command';

export class MarkOrderShippedCommand extends WriteCommand<MarkOrderShipped> {}

@CommandHandler(MarkOrderShippedCommand)
export class MarkOrderShippedHandler implements ICommandHandler<MarkOrderShippedCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: MarkOrderShippedCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: order,
      aggregateId: data.orderId,
      command: context,
      decide: (state) => markOrderShipped(data, state),
    });
  }
}
