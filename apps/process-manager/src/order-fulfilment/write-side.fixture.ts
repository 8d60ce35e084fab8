import {
  aggregates,
  commandContracts,
  isCommandName,
  streamOfCommand,
  type CommandData,
  type CommandName,
  type StreamType,
  type TidemarkEvent,
} from '@tidemark/contracts';
import type { CustomerId } from '@tidemark/customers';
import type { AppendResult } from '@tidemark/event-store';
import { releaseInventory, reserveInventory, shipReservedInventory } from '@tidemark/inventory';
import {
  aggregateIdOf,
  type Aggregate,
  type Decision,
  type DomainEvent,
  type EventEnvelope,
} from '@tidemark/kernel';
import type { CommandEnvelope } from '@tidemark/messaging';
import {
  cancelOrder,
  markOrderDelivered,
  markOrderShipped,
  payOrder,
  rejectCancellation,
  type OrderState,
} from '@tidemark/ordering';
import { capturePayment, chargeFor, refundFor, refundPayment } from '@tidemark/payments';
import { cancelShipment, createShipment, type CreateShipment } from '@tidemark/shipping';
import type { Provider } from './simulation/memory-provider.fixture';

export type StateOf = <Type extends StreamType>(
  streamType: Type,
  id: string,
) => (typeof aggregates)[Type]['initial'];

type AnyDecision = Decision<TidemarkEvent>;

/** A provider that answers by the card's token and keeps no state. */
const forgetful: Provider = {
  capture: ({ cardToken, paymentId }) =>
    cardToken === 'tok_declined'
      ? { outcome: 'declined', reason: 'card_declined' }
      : { outcome: 'captured', transactionId: `t-${paymentId}` },
  refund: ({ idempotencyKey }) => ({ outcome: 'refunded', refundId: `r-${idempotencyKey}` }),
};

type Decide<Name extends CommandName> = (
  data: CommandData<Name>,
  stateOf: StateOf,
  provider: Provider,
) => AnyDecision;

/** The command service's decision on each command, with the real aggregates. */
const decisions: { readonly [Name in CommandName]: Decide<Name> } = {
  CapturePayment: (data, stateOf, provider) => {
    const state = stateOf('Payment', data.orderId);
    const charge = chargeFor(data, state);
    return capturePayment({ ...data, answer: charge && provider.capture(charge) }, state);
  },
  RefundPayment: (data, stateOf, provider) => {
    const state = stateOf('Payment', data.orderId);
    const refund = refundFor(data, state);
    return refundPayment({ ...data, answer: refund && provider.refund(refund) }, state);
  },
  PayOrder: (data, stateOf) => {
    const order = stateOf('Order', data.orderId);
    return payOrder({ ...data, customerId: customerOf(order) }, order);
  },
  CancelOrder: (data, stateOf) => cancelOrder(data, stateOf('Order', data.orderId)),
  MarkOrderShipped: (data, stateOf) => markOrderShipped(data, stateOf('Order', data.orderId)),
  MarkOrderDelivered: (data, stateOf) => markOrderDelivered(data, stateOf('Order', data.orderId)),
  RejectCancellation: (data, stateOf) => rejectCancellation(data, stateOf('Order', data.orderId)),
  ReserveInventory: (data, stateOf) => reserveInventory(data, stateOf('StockItem', data.productId)),
  ReleaseInventory: (data, stateOf) => releaseInventory(data, stateOf('StockItem', data.productId)),
  ShipReservedInventory: (data, stateOf) => shipReservedInventory(data, stateOf('StockItem', data.productId)),
  CreateShipment: (data, stateOf) => {
    const order = stateOf('Order', data.orderId);
    if (order.status === 'ABSENT') {
      throw new Error(`shipment of an unknown order ${data.orderId}`);
    }
    return createShipment(shipmentOf(data, order), stateOf('Shipment', data.orderId));
  },
  CancelShipment: (data, stateOf) => {
    const customerId = customerOf(stateOf('Order', data.orderId));
    return cancelShipment({ ...data, customerId }, stateOf('Shipment', data.orderId));
  },
};

export function decideCommand(
  { streamType, type, data }: CommandEnvelope,
  stateOf: StateOf,
  provider: Provider = forgetful,
): AnyDecision {
  if (!isCommandName(type) || commandContracts[type].streamType !== streamType) {
    throw new Error(`no handler for ${streamType}.${type}`);
  }
  const decide = decisions[type] as Decide<CommandName>;
  return decide(dataOf(type, data), stateOf, provider);
}

/** For each command's data, the data as its contract reads it. A command is delivered and decided several times. */
const parsed = new WeakMap<object, unknown>();

/** @throws ZodError for data that does not match the command's contract */
export function dataOf<Name extends CommandName>(
  name: Name,
  data: CommandEnvelope['data'],
): CommandData<Name> {
  const known = parsed.get(data as object) ?? commandContracts[name].schema.parse(data);
  parsed.set(data as object, known);
  return known as CommandData<Name>;
}

function shipmentOf(
  { orderId, customerId }: CommandData<'CreateShipment'>,
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
  /**
   * The streams of each partition: one partition has all streams of the customer, and each product has a partition of
   * its own.
   */
  readonly partitions = new Map<string, EventEnvelope[]>();
  /** Commands that changed nothing and so have no answering event. The process would wait for it for ever. */
  readonly unanswered: string[] = [];
  readonly streams = new Map<string, EventEnvelope[]>();
  /** For each command, the positions of its events. */
  readonly results = new Map<string, AppendResult>();
  private readonly states = new Map<StreamType, Map<string, unknown>>();
  private lastTime = { ms: NaN, text: '' };

  constructor(
    /** The current time in milliseconds since 1970. */
    private readonly now: () => number,
    private readonly provider?: Provider,
  ) {}

  readonly stateOf: StateOf = (streamType, id) => {
    return (this.states.get(streamType)?.get(id) ?? aggregates[streamType].initial) as never;
  };

  get log(): readonly EventEnvelope[] {
    return [...this.partitions.values()].flat();
  }

  /** @returns a function that appends the events of the command; undefined for a repeated command */
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

  /** The clock mostly stands still between two events. */
  private time(): string {
    const ms = this.now();
    if (ms !== this.lastTime.ms) {
      this.lastTime = { ms, text: new Date(ms).toISOString() };
    }
    return this.lastTime.text;
  }
}

export function idOf(command: CommandEnvelope): string {
  return aggregateIdOf(streamOfCommand(command)!);
}

function listOf<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  let list = lists.get(key);
  if (!list) {
    list = [];
    lists.set(key, list);
  }
  return list;
}
