import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { refuse } from '@tidemark/kernel';
import { order } from '@tidemark/ordering';
import { cancelShipment, shipment } from '@tidemark/shipping';
import { WriteCommand } from '../../write/write-command';

export class CancelShipmentCommand extends WriteCommand<CommandData<'CancelShipment'>> {}

/** The shipment may not exist yet, so its customer is looked up in the order. */
@CommandHandler(CancelShipmentCommand)
export class CancelShipmentHandler implements ICommandHandler<CancelShipmentCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  async execute({ data, context }: CancelShipmentCommand): Promise<Execution> {
    // Loads both at once. The executor needs the order first, and then finds the shipment in memory.
    const [{ state: placed }] = await Promise.all([
      this.executor.load(order, data.orderId),
      this.executor.load(shipment, data.orderId),
    ]);
    return this.executor.execute({
      aggregate: shipment,
      startsStream: true,
      aggregateId: data.orderId,
      command: context,
      decide: (state) =>
        placed.status === 'ABSENT'
          ? refuse('not_found', `there is no order ${data.orderId}`)
          : cancelShipment({ ...data, customerId: placed.customerId }, state),
    });
  }
}
