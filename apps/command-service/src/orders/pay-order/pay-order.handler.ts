import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { refuse } from '@tidemark/kernel';
import { order, payOrder } from '@tidemark/ordering';
import { WriteCommand } from '../../write/write-command';

export class PayOrderCommand extends WriteCommand<CommandData<'PayOrder'>> {}

@CommandHandler(PayOrderCommand)
export class PayOrderHandler implements ICommandHandler<PayOrderCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: PayOrderCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: order,
      aggregateId: data.orderId,
      command: context,
      decide: (state) =>
        state.status === 'ABSENT'
          ? refuse('not_found', `there is no order ${data.orderId}`)
          : payOrder({ ...data, customerId: state.customerId }, state),
    });
  }
}
