import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { customer, customerSnapshotOf, type CustomerId } from '@tidemark/customers';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { refuse, type Decision } from '@tidemark/kernel';
import {
  createOrder,
  order,
  refuseNewOrder,
  type CreateOrder,
  type OrderEvent,
  type OrderState,
} from '@tidemark/ordering';
import { LineFacts, type RequestedItem } from '../line-facts';
import { OrderWriteCommand } from '../order-write-command';
import { visibleOrder } from '../visible-order';

interface RequestedOrder extends Omit<CreateOrder, 'customer' | 'lines'> {
  readonly customerId: CustomerId;
  readonly items: readonly RequestedItem[];
}

export class CreateOrderCommand extends OrderWriteCommand<RequestedOrder> {}

@CommandHandler(CreateOrderCommand)
export class CreateOrderHandler implements ICommandHandler<CreateOrderCommand> {
  constructor(
    private readonly executor: CommandExecutor,
    private readonly lineFacts: LineFacts,
  ) {}

  execute({ data, context, caller }: CreateOrderCommand): Promise<Execution> {
    return this.executor.execute({
      aggregate: order,
      startsStream: true,
      aggregateId: data.orderId,
      command: context,
      decide: async (state) => {
        const visible = visibleOrder(state, caller);
        const decision = await this.decide(data, visible);
        // This check comes last, so that a request that could not have placed an order does not reveal whether the id
        // exists.
        return decision.outcome === 'accepted' && visible !== state
          ? refuse('not_found', `order ${data.orderId} cannot be placed`)
          : decision;
      },
    });
  }

  private async decide(data: RequestedOrder, state: OrderState): Promise<Decision<OrderEvent>> {
    const { customerId, items, ...requested } = data;
    const { orderId } = requested;
    const productIds = items.map(({ productId }) => productId);
    const refused = refuseNewOrder({ orderId, productIds }, state);
    if (refused) {
      return refused;
    }
    const [buyer, ...lines] = await Promise.all([
      this.executor.load(customer, customerId),
      ...items.map((item) => this.lineFacts.of(item)),
    ]);
    return createOrder({ ...requested, customer: customerSnapshotOf(buyer.state), lines }, state);
  }
}
