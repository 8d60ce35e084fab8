import { refuse, type EventEnvelope } from '@tidemark/kernel';
import { z } from 'zod';
import {
  apply,
  commandClass,
  CommandHandler,
  eventClass,
  EventHandler,
  EventSourced,
  EventSourcingHandler,
  ProcessingGroup,
} from './index';
import {
  OrderConfirmed,
  OrderCreated,
  orderSummaries,
  OrderShipped,
  type OrderSummary,
  type OrderSummaryContent,
} from './order-events.fixture';

export class OrderCreatedEvent extends eventClass(OrderCreated) {}
export class OrderConfirmedEvent extends eventClass(OrderConfirmed) {}
export class OrderShippedEvent extends eventClass(OrderShipped) {}

const named = z.strictObject({ orderId: z.string() });

export class CreateOrderCommand extends commandClass(
  'CreateOrder',
  named.extend({ productId: z.string() }),
  'orderId',
) {}
export class ConfirmOrderCommand extends commandClass('ConfirmOrder', named, 'orderId') {}
export class ShipOrderCommand extends commandClass('ShipOrder', named, 'orderId') {}

@EventSourced('Order', {
  identifier: 'orderId',
  events: [OrderCreatedEvent, OrderConfirmedEvent, OrderShippedEvent],
})
export class OrderAggregate {
  private orderId!: string;
  private isConfirmed = false;

  @CommandHandler(CreateOrderCommand, { creates: true })
  create(command: CreateOrderCommand) {
    apply(new OrderCreatedEvent({ orderId: command.orderId, productId: command.productId }));
  }

  @CommandHandler(ConfirmOrderCommand)
  confirm(_command: ConfirmOrderCommand) {
    if (this.isConfirmed) {
      return;
    }
    apply(new OrderConfirmedEvent({ orderId: this.orderId }));
  }

  @CommandHandler(ShipOrderCommand)
  ship(_command: ShipOrderCommand) {
    if (!this.isConfirmed) {
      return refuse('unconfirmed_order', `the order ${this.orderId} is not confirmed`);
    }
    return apply(new OrderShippedEvent({ orderId: this.orderId }));
  }

  @EventSourcingHandler(OrderCreatedEvent)
  onCreated(event: OrderCreatedEvent) {
    this.orderId = event.orderId;
    this.isConfirmed = false;
  }

  @EventSourcingHandler(OrderConfirmedEvent)
  onConfirmed(_event: OrderConfirmedEvent) {
    this.isConfirmed = true;
  }

  @EventSourcingHandler(OrderShippedEvent)
  onShipped(_event: OrderShippedEvent) {}
}

@ProcessingGroup('order-projection', { readModel: orderSummaries, id: 'orderId', version: 1 })
export class OrderProjection {
  @EventHandler(OrderCreatedEvent, { as: 'create' })
  onCreated(event: OrderCreatedEvent, _order: undefined, { timestamp }: EventEnvelope): OrderSummaryContent {
    return { productId: event.productId, status: 'CREATED', since: timestamp };
  }

  @EventHandler(OrderConfirmedEvent)
  onConfirmed(_event: OrderConfirmedEvent, order: OrderSummary): OrderSummary {
    return { ...order, status: 'CONFIRMED' };
  }

  @EventHandler(OrderShippedEvent)
  onShipped(_event: OrderShippedEvent, order: OrderSummary): OrderSummary {
    return { ...order, status: 'SHIPPED' };
  }
}
