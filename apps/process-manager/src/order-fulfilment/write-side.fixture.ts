import type { ProductId } from '@tidemark/catalogue';
import type { CustomerId } from '@tidemark/customers';
import { aggregates, type StreamType, type TidemarkEvent } from '@tidemark/contracts';
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
  if (handlers[type] !== streamType) {
    throw new Error(`nobody handles ${streamType}.${type}`);
  }
  switch (type) {
    case 'CapturePayment': {
      const charge = chargeFor({ orderId, paymentId }, payment());
      const answer = charge && provider.capture(charge);
      return capturePayment({ orderId, paymentId, answer }, payment());
    }
    case 'RefundPayment': {
      const refund = refundFor(command, payment());
      const answer = refund && provider.refund(refund);
      return refundPayment({ ...command, answer }, payment());
    }
    case 'PayOrder':
      return payOrder({ ...command, customerId: customerOf(order) }, order);
    case 'CancelOrder':
      return cancelOrder(command, order);
    case 'MarkOrderShipped':
      return markOrderShipped(command, order);
    case 'MarkOrderDelivered':
      return markOrderDelivered(command, order);
    case 'RejectCancellation':
      return rejectCancellation(command, order);
    case 'ReserveInventory':
      return reserveInventory(command, item());
    case 'ReleaseInventory':
      return releaseInventory(command, item());
    case 'ShipReservedInventory':
      return shipReservedInventory(command, item());
    case 'CreateShipment':
      if (order.status === 'ABSENT') {
        throw new Error(`shipment of an unknown order ${orderId}`);
      }
      return createShipment(shipmentOf(command, order), stateOf('Shipment', orderId));
    case 'CancelShipment':
      return cancelShipment({ ...command, customerId: customerOf(order) }, stateOf('Shipment', orderId));
    default:
      throw new Error(`nobody decides ${type}`);
  }
}

/** By command: the stream type that takes it. */
const handlers: Readonly<Record<string, StreamType>> = {
  CapturePayment: 'Payment',
  RefundPayment: 'Payment',
  PayOrder: 'Order',
  CancelOrder: 'Order',
  MarkOrderShipped: 'Order',
  MarkOrderDelivered: 'Order',
  RejectCancellation: 'Order',
  ReserveInventory: 'StockItem',
  ReleaseInventory: 'StockItem',
  ShipReservedInventory: 'StockItem',
  CreateShipment: 'Shipment',
  CancelShipment: 'Shipment',
};

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
  private readonly states = new Map<StreamType, Map<string, unknown>>();
  private lastTime = { ms: NaN, text: '' };

  constructor(
    /** In milliseconds since 1970. */
    private readonly now: () => number,
    private readonly provider?: Provider,
  ) {}

  readonly stateOf: StateOf = (streamType, id) => {
    return (this.states.get(streamType)?.get(id) ?? aggregates[streamType].initial) as never;
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
        timestamp: this.time(),
        correlationId: 'c',
        causationId: commandId,
        metadata: { actor: 'test' },
      };
      stream.push(event);
      log.push(event);
      state = aggregate.evolve(state, event);
    }
    this.keep(streamType, id, state);
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

  private keep(streamType: StreamType, id: string, state: unknown): void {
    const states = this.states.get(streamType);
    if (states) {
      states.set(id, state);
    } else {
      this.states.set(streamType, new Map([[id, state]]));
    }
  }

  /** Between two events, the clock mostly stands still. */
  private time(): string {
    const ms = this.now();
    if (ms !== this.lastTime.ms) {
      this.lastTime = { ms, text: new Date(ms).toISOString() };
    }
    return this.lastTime.text;
  }
}

export function idOf({ streamType, data }: CommandEnvelope): string {
  const { productId, orderId } = data as CommandData;
  return streamType === 'StockItem' ? productId : orderId;
}

function listOf<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  let list = lists.get(key);
  if (!list) {
    list = [];
    lists.set(key, list);
  }
  return list;
}
