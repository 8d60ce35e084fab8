import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { markOrderDelivered, order } from '@tidemark/ordering';
import { WriteCommand } from '../../write/write-command';

export class MarkOrderDeliveredCommand extends WriteCommand<CommandData<'MarkOrderDelivered'>> {}

@CommandHandler(MarkOrderDeliveredCommand)
export class MarkOrderDeliveredHandler implements ICommandHandler<MarkOrderDeliveredCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: MarkOrderDeliveredCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: order,
      aggregateId: data.orderId,
      command: context,
      decide: (state) => markOrderDelivered(data, state),
    });
  }
}
