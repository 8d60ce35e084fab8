import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { deliverShipment, shipment, type DeliverShipment } from '@tidemark/shipping';
import { pinned } from '../../write/pinned';
import { WriteCommand } from '../../write/write-command';

export class DeliverShipmentCommand extends WriteCommand<DeliverShipment> {}

@CommandHandler(DeliverShipmentCommand)
export class DeliverShipmentHandler implements ICommandHandler<DeliverShipmentCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, expectedVersion }: DeliverShipmentCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: shipment,
      aggregateId: data.shipmentId,
      command: context,
      decide: pinned(expectedVersion, (state) => deliverShipment(data, state)),
    });
  }
}
