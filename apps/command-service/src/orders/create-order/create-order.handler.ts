import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { customer, customerSnapshotOf, type CustomerId } from '@tidemark/customers';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { createOrder, order, refuseNewOrder, type CreateOrder } from '@tidemark/ordering';
import { WriteCommand } from '../../write/write-command';
import { LineFacts, type RequestedItem } from '../line-facts';

interface RequestedOrder extends Omit<CreateOrder, 'customer' | 'lines'> {
  readonly customerId: CustomerId;
  readonly items: readonly RequestedItem[];
}

export class CreateOrderCommand extends WriteCommand<RequestedOrder> {}

@CommandHandler(CreateOrderCommand)
export class CreateOrderHandler implements ICommandHandler<CreateOrderCommand> {
  constructor(
    private readonly executor: CommandExecutor,
    private readonly lineFacts: LineFacts,
  ) {}

  execute({ data, context }: CreateOrderCommand): Promise<Execution> {
    const { customerId, items, ...requested } = data;
    const { orderId } = requested;
    const productIds = items.map(({ productId }) => productId);
    return this.executor.execute({
      aggregate: order,
      startsStream: true,
      aggregateId: orderId,
      partitionKey: customerId,
      command: context,
      decide: async (state) => {
        const refused = refuseNewOrder({ orderId, productIds }, state);
        if (refused) {
          return refused;
        }
        const [buyer, ...lines] = await Promise.all([
          this.executor.load(customer, customerId),
          ...items.map((item) => this.lineFacts.of(item)),
        ]);
        return createOrder({ ...requested, customer: customerSnapshotOf(buyer.state), lines }, state);
      },
    });
  }
}
