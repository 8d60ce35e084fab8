import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { requestCancellation, order, type RequestCancellation } from '@tidemark/ordering';
import { pinned } from '../../write/pinned';
import { OrderWriteCommand } from '../order-write-command';
import { visibleOrder } from '../visible-order';

export class RequestCancellationCommand extends OrderWriteCommand<RequestCancellation> {}

@CommandHandler(RequestCancellationCommand)
export class RequestCancellationHandler implements ICommandHandler<RequestCancellationCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, caller, expectedVersion }: RequestCancellationCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: order,
      aggregateId: data.orderId,
      command: context,
      decide: pinned(expectedVersion, (state) => requestCancellation(data, visibleOrder(state, caller))),
    });
  }
}
