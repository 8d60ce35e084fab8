import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { rejectCancellation, order } from '@tidemark/ordering';
import { WriteCommand } from '../../write/write-command';

export class RejectCancellationCommand extends WriteCommand<CommandData<'RejectCancellation'>> {}

@CommandHandler(RejectCancellationCommand)
export class RejectCancellationHandler implements ICommandHandler<RejectCancellationCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: RejectCancellationCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: order,
      aggregateId: data.orderId,
      command: context,
      decide: (state) => rejectCancellation(data, state),
    });
  }
}
