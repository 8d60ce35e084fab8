import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { markOrderShipped, order } from '@tidemark/ordering';
import { WriteCommand } from '../../write/write-command';

export class MarkOrderShippedCommand extends WriteCommand<CommandData<'MarkOrderShipped'>> {}

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
