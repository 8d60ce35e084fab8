import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { refuse } from '@tidemark/kernel';
import { order } from '@tidemark/ordering';
import { cancelShipment, shipment } from '@tidemark/shipping';
import { WriteCommand } from '../../write/write-command';

export class CancelShipmentCommand extends WriteCommand<CommandData<'CancelShipment'>> {}

/** There may be no shipment yet, so whose it would be is the order's to say. */
@CommandHandler(CancelShipmentCommand)
export class CancelShipmentHandler implements ICommandHandler<CancelShipmentCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  async execute({ data, context }: CancelShipmentCommand): Promise<Execution> {
    // At once, though the executor needs the order first: it finds the shipment in memory then.
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
