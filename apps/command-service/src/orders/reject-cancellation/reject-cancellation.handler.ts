import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { rejectCancellation, order, type RejectCancellation } from '@tidemark/ordering';
import { WriteCommand } from '../../write/write-command';

export class RejectCancellationCommand extends WriteCommand<RejectCancellation> {}

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
