import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { refuse } from '@tidemark/kernel';
import { order } from '@tidemark/ordering';
import { createShipment, shipment } from '@tidemark/shipping';
import { WriteCommand } from '../../write/write-command';

export class CreateShipmentCommand extends WriteCommand<CommandData<'CreateShipment'>> {}

/**
 * Takes lines and address from the order, where they are fixed once it is paid. The command is sent only after that,
 * and no order is cancelled before its shipment, so no refusal is expected here.
 */
@CommandHandler(CreateShipmentCommand)
export class CreateShipmentHandler implements ICommandHandler<CreateShipmentCommand> {
  constructor(private readonly executor: CommandExecutor) {}

  execute({ data, context }: CreateShipmentCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: shipment,
      startsStream: true,
      aggregateId: data.orderId,
      command: context,
      decide: async (state) => {
        const { state: placed } = await this.executor.load(order, data.orderId);
        if (placed.status === 'ABSENT' || placed.customerId !== data.customerId) {
          return refuse('not_found', `customer ${data.customerId} has no order ${data.orderId}`);
        }
        if (state.status === 'ABSENT' && placed.status !== 'PAID') {
          return refuse('order_not_paid', `order ${data.orderId} is ${placed.status}`);
        }
        const lines = placed.lines.map(({ productId, productName, quantity }) => ({
          productId,
          productName,
          quantity,
        }));
        const { shippingAddress, shippingMethod } = placed;
        return createShipment({ ...data, lines, shippingAddress, shippingMethod }, state);
      },
    });
  }
}
