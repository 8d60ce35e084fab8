import type { EventEnvelope } from '@tidemark/kernel';
import { InstanceRun, commandIdOf, type InstanceStatus } from '@tidemark/process-manager';
import type { Fulfilment } from './fulfilment';
import type { FulfilmentEvent } from './fulfilment-event';
import { orderFulfilment } from './order-fulfilment';

export const orderId = '3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11';
export const customerId = 'C1';
export const paymentId = '11111111-1111-4111-8111-111111111111';
export const amount = { amount: 2_598, currency: 'GBP' };
export const started = '2010-12-01T08:00:00.000Z';
export const expiresAt = '2010-12-01T08:15:00.000Z';

type Type = FulfilmentEvent['type'];

const payment = { paymentId, orderId, customerId, amount };
const order = { orderId, customerId };
const shipment = { shipmentId: orderId, orderId, customerId };
const stock = { productId: 'A', orderId, quantity: 2, onHand: 10, reserved: 2 };

/** As much of each event as the process looks at. */
const examples: Readonly<Record<Type, object>> = {
  PaymentRequested: { ...payment, expiresAt },
  PaymentCaptured: { ...payment, transactionId: 't-1' },
  PaymentFailed: { paymentId, orderId, customerId, cause: 'DECLINED', reason: 'card_declined' },
  PaymentRefunded: { ...payment, totalRefunded: amount, refundId: 'r-1', reason: 'r' },
  PaymentRefundFailed: { ...payment, cause: 'PROVIDER_REFUSED', reason: 'provider_refused' },
  OrderPaid: { ...order, paymentId, amount, lines: linesOf('A', 'B') },
  OrderPaymentRejected: { ...order, paymentId, amount, reason: 'order_not_pending' },
  OrderShipped: { ...order, shipmentId: orderId },
  OrderDelivered: order,
  OrderCancellationRequested: { ...order, reason: 'changed_my_mind' },
  OrderCancellationRejected: { ...order, reason: 'shipment_already_dispatched' },
  OrderCancelled: { ...order, reason: 'insufficient_stock' },
  InventoryReserved: stock,
  InventoryReservationFailed: { ...stock, reason: 'insufficient_stock' },
  InventoryReleased: stock,
  ReservedInventoryShipped: stock,
  ShipmentCreated: shipment,
  ShipmentDispatched: { ...shipment, carrier: 'DHL', trackingNumber: '00340' },
  ShipmentDelivered: shipment,
  ShipmentCancelled: { ...shipment, reason: 'changed_my_mind' },
  ShipmentCancellationRejected: { ...shipment, reason: 'shipment_already_dispatched' },
};

export function linesOf(...productIds: readonly string[]): object[] {
  return productIds.map((productId) => ({ productId, quantity: 2 }));
}

export interface EventOptions {
  /** The step of the command that the event answers. */
  readonly answers?: string;
  readonly at?: string;
  readonly data?: object;
}

export interface ToldEvent extends EventOptions {
  readonly type: Type;
}

/** `PaymentCaptured`, or with details. */
export function event(type: Type, options: EventOptions = {}): ToldEvent {
  return { type, ...options };
}

/** An event of one product's stock. */
export function stockEvent(type: Type, productId: string, answers?: string): ToldEvent {
  return { type, data: { productId }, ...(answers !== undefined && { answers }) };
}

/** One fulfilment, fed with events and timers in memory by the engine's own code. */
export class FulfilmentStory {
  private readonly run: InstanceRun;
  private seen = 0;
  private serial = 0;

  constructor() {
    const definition = orderFulfilment();
    const state = definition.initial(orderId);
    this.run = new InstanceRun(
      definition,
      {
        instanceId: orderId,
        definitionVersion: 1,
        status: definition.status(state),
        state,
        deferred: [],
        correlationId: 'correlation-1',
      },
      [],
    );
  }

  given(...events: readonly (ToldEvent | Type)[]): this {
    this.when(...events);
    return this;
  }

  /** Returns what the fulfilment asks for now, as `StreamType.Command(subject)`. */
  when(...events: readonly (ToldEvent | Type)[]): string[] {
    this.seen = this.run.change()?.commands.length ?? 0;
    for (const told of events) {
      this.run.event(this.envelopeOf(typeof told === 'string' ? { type: told } : told));
    }
    return this.newCommands();
  }

  whenTimer(name: string, at: string): string[] {
    this.seen = this.run.change()?.commands.length ?? 0;
    this.run.timer(name, at);
    return this.newCommands();
  }

  whenRetried(actor: string): string[] {
    this.seen = this.run.change()?.commands.length ?? 0;
    this.run.retry(actor, started);
    return this.newCommands();
  }

  get fulfilment(): Fulfilment {
    return this.run.change()!.instance.state as Fulfilment;
  }

  get step(): string {
    return this.fulfilment.step;
  }

  get status(): InstanceStatus {
    return this.run.status();
  }

  get timers(): ReadonlyMap<string, string | undefined> {
    return this.run.change()!.timers;
  }

  /** `stage:subject STATUS`, in the order of the stack. */
  get compensations(): string[] {
    return this.fulfilment.compensations.map(({ stage, subject, status }) =>
      subject === orderId ? `${stage} ${status}` : `${stage}:${subject} ${status}`,
    );
  }

  commandData(step: string): unknown {
    return this.run.change()!.commands.find((command) => command.step === step)?.envelope.data;
  }

  private newCommands(): string[] {
    const commands = this.run.change()?.commands ?? [];
    return commands.slice(this.seen).map(({ envelope, step }) => {
      const subject = step.split(':')[1];
      const isNamed = envelope.streamType === 'StockItem';
      return `${envelope.streamType}.${envelope.type}${isNamed ? `(${subject})` : ''}`;
    });
  }

  private envelopeOf({ type, answers, at = started, data }: ToldEvent): EventEnvelope {
    const payload = { ...examples[type], ...data } as Readonly<Record<string, unknown>>;
    const streamType = streamTypeOf(type);
    this.serial += 1;
    return {
      eventId: `event-${this.serial}`,
      streamId: `${streamType}-${streamType === 'StockItem' ? String(payload['productId']) : orderId}`,
      streamType,
      version: this.serial,
      partition: 0,
      position: this.serial,
      type,
      schemaVersion: 1,
      data: payload,
      timestamp: at,
      correlationId: 'correlation-1',
      causationId:
        answers === undefined ? `command-${this.serial}` : commandIdOf('order-fulfilment', orderId, answers),
      metadata: { actor: 'test' },
    };
  }
}

function streamTypeOf(type: Type): string {
  if (type.startsWith('Payment')) {
    return 'Payment';
  }
  if (type.startsWith('Order')) {
    return 'Order';
  }
  return type.startsWith('Shipment') ? 'Shipment' : 'StockItem';
}
