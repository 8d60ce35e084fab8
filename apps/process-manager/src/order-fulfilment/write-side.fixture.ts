import type { ProductId } from '@tidemark/catalogue';
import type { CustomerId } from '@tidemark/customers';
import { aggregates, type StreamType, type TidemarkEvent } from '@tidemark/domain';
import type { AppendResult } from '@tidemark/event-store';
import { releaseInventory, reserveInventory, shipReservedInventory } from '@tidemark/inventory';
import type { Aggregate, Decision, DomainEvent, EventEnvelope } from '@tidemark/kernel';
import type { CommandEnvelope } from '@tidemark/messaging';
import {
  cancelOrder,
  markOrderDelivered,
  markOrderShipped,
  payOrder,
  rejectCancellation,
  type OrderId,
  type OrderState,
} from '@tidemark/ordering';
import { capturePayment, chargeFor, refundFor, refundPayment, type PaymentId } from '@tidemark/payments';
import { cancelShipment, createShipment, type CreateShipment } from '@tidemark/shipping';
import type { Provider } from './simulation/memory-provider.fixture';

export type StateOf = <Type extends StreamType>(
  streamType: Type,
  id: string,
) => (typeof aggregates)[Type]['initial'];

interface CommandData {
  readonly orderId: OrderId;
  readonly paymentId: PaymentId;
  readonly productId: ProductId;
  readonly quantity: number;
  readonly amount: { readonly amount: number; readonly currency: string };
  readonly reason: string;
  readonly shipmentId: string;
  readonly customerId: CustomerId;
}

type AnyDecision = Decision<TidemarkEvent>;

/** Goes by the card's token, and forgets everything. */
const forgetful: Provider = {
  capture: ({ cardToken, paymentId }) =>
    cardToken === 'tok_declined'
      ? { outcome: 'declined', reason: 'card_declined' }
      : { outcome: 'captured', transactionId: `t-${paymentId}` },
  refund: ({ idempotencyKey }) => ({ outcome: 'refunded', refundId: `r-${idempotencyKey}` }),
};

/** Decides the process's commands with the real aggregates. */
export function decideCommand(
  { streamType, type, data }: CommandEnvelope,
  stateOf: StateOf,
  provider: Provider = forgetful,
): AnyDecision {
  const command = data as CommandData;
  const { orderId, paymentId, productId } = command;
  const order = stateOf('Order', orderId);
  const payment = () => stateOf('Payment', orderId);
  const item = () => stateOf('StockItem', productId);
  switch (`${streamType}.${type}`) {
    case 'Payment.CapturePayment': {
      const charge = chargeFor({ orderId, paymentId }, payment());
      const answer = charge && provider.capture(charge);
      return capturePayment({ orderId, paymentId, answer }, payment());
    }
    case 'Payment.RefundPayment': {
      const refund = refundFor(command, payment());
      const answer = refund && provider.refund(refund);
      return refundPayment({ ...command, answer }, payment());
    }
    case 'Order.PayOrder':
      return payOrder({ ...command, customerId: customerOf(order) }, order);
    case 'Order.CancelOrder':
      return cancelOrder(command, order);
    case 'Order.MarkOrderShipped':
      return markOrderShipped(command, order);
    case 'Order.MarkOrderDelivered':
      return markOrderDelivered(command, order);
    case 'Order.RejectCancellation':
      return rejectCancellation(command, order);
    case 'StockItem.ReserveInventory':
      return reserveInventory(command, item());
    case 'StockItem.ReleaseInventory':
      return releaseInventory(command, item());
    case 'StockItem.ShipReservedInventory':
      return shipReservedInventory(command, item());
    case 'Shipment.CreateShipment':
      if (order.status === 'ABSENT') {
        throw new Error(`shipment of an unknown order ${orderId}`);
      }
      return createShipment(shipmentOf(command, order), stateOf('Shipment', orderId));
    case 'Shipment.CancelShipment':
      return cancelShipment({ ...command, customerId: customerOf(order) }, stateOf('Shipment', orderId));
    default:
      throw new Error(`nobody handles ${streamType}.${type}`);
  }
}

function shipmentOf(
  { orderId, customerId }: CommandData,
  { lines, shippingAddress }: Exclude<OrderState, { status: 'ABSENT' }>,
): CreateShipment {
  return {
    orderId,
    customerId,
    shippingAddress,
    lines: lines.map(({ productId, productName, quantity }) => ({ productId, productName, quantity })),
  };
}

function customerOf(order: OrderState): CustomerId {
  if (order.status === 'ABSENT') {
    throw new Error('the order is unknown');
  }
  return order.customerId;
}

/** An event store in memory: streams, and a log per customer and per product. Commands are absorbed by their id. */
export class MemoryWriteSide {
  /** By partition: everything of the customer in one, each product in its own. */
  readonly partitions = new Map<string, EventEnvelope[]>();
  /** Commands that changed nothing and so have no event that answers them: the process would wait in vain. */
  readonly unanswered: string[] = [];
  readonly streams = new Map<string, EventEnvelope[]>();
  /** By command: the places of its events. */
  readonly results = new Map<string, AppendResult>();
  private readonly states = new Map<string, unknown>();

  constructor(
    private readonly now: () => Date,
    private readonly provider?: Provider,
  ) {}

  readonly stateOf: StateOf = (streamType, id) => {
    return (this.states.get(`${streamType}-${id}`) ?? aggregates[streamType].initial) as never;
  };

  get log(): readonly EventEnvelope[] {
    return [...this.partitions.values()].flat();
  }

  /** @returns what appends the events of the command; nothing when it came before */
  decide(command: CommandEnvelope): (() => void) | undefined {
    if (this.results.has(command.commandId)) {
      return undefined;
    }
    const decision = decideCommand(command, this.stateOf, this.provider);
    if (decision.outcome === 'refused') {
      throw new Error(`${command.type} was refused: ${decision.refusal.code}`);
    }
    const { events } = decision;
    if (events.length === 0) {
      this.unanswered.push(`${command.streamType}.${command.type}`);
    }
    return () => {
      this.append(command.streamType as StreamType, idOf(command), events, command.commandId);
    };
  }

  append(
    streamType: StreamType,
    id: string,
    events: readonly DomainEvent[],
    commandId = `act-${this.results.size}`,
  ): AppendResult {
    const streamId = `${streamType}-${id}`;
    const partition = streamType === 'StockItem' ? id : 'customer';
    const aggregate = aggregates[streamType] as Aggregate<unknown, DomainEvent>;
    const stream = listOf(this.streams, streamId);
    const log = listOf(this.partitions, partition);
    let state: unknown = this.stateOf(streamType, id);
    for (const { type, data } of events) {
      const event: EventEnvelope = {
        eventId: `${partition}-${log.length + 1}`,
        streamId,
        streamType,
        version: stream.length + 1,
        partition: 0,
        position: log.length + 1,
        type,
        schemaVersion: 1,
        data,
        timestamp: this.now().toISOString(),
        correlationId: 'c',
        causationId: commandId,
        metadata: { actor: 'test' },
      };
      stream.push(event);
      log.push(event);
      state = aggregate.evolve(state, event);
    }
    this.states.set(streamId, state);
    const result: AppendResult = {
      streamId,
      version: stream.length,
      partition: 0,
      position: log.length,
      eventTypes: events.map(({ type }) => type),
      repeated: false,
    };
    this.results.set(commandId, result);
    return result;
  }
}

export function idOf({ streamType, data }: CommandEnvelope): string {
  const { productId, orderId } = data as CommandData;
  return streamType === 'StockItem' ? productId : orderId;
}

function listOf<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
