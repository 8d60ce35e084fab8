import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { dispatchShipment, shipment, type DispatchShipment } from '@tidemark/shipping';
import { pinned } from '../../write/pinned';
import { WriteCommand } from '../../write/write-command';

export class DispatchShipmentCommand extends WriteCommand<DispatchShipment> {}

@CommandHandler(DispatchShipmentCommand)
export class DispatchShipmentHandler implements ICommandHandler<DispatchShipmentCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context, expectedVersion }: DispatchShipmentCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: shipment,
      aggregateId: data.shipmentId,
      command: context,
      decide: pinned(expectedVersion, (state) => dispatchShipment(data, state)),
    });
  }
}
