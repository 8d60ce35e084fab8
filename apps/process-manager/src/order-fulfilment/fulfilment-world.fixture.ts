import type { Decision, DomainEvent, EventEnvelope } from '@tidemark/kernel';
import type { CommandEnvelope } from '@tidemark/messaging';
import { requestCancellation, type OrderId } from '@tidemark/ordering';
import { requestPayment, type PaymentId } from '@tidemark/payments';
import { InstanceRun, type OutstandingCommand, type ProcessInstance } from '@tidemark/process-manager';
import { deliverShipment, dispatchShipment, shipmentIdOf } from '@tidemark/shipping';
import { orderFulfilment } from './order-fulfilment';
import { MemoryWriteSide } from './write-side.fixture';

export interface OrderPlan {
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly cardTokens: readonly string[];
  /** When somebody may ask for the order's cancellation: at any time, or once its shipment has been made. */
  readonly cancellation: 'never' | 'any_time' | 'once_shipment_made';
}

export interface WorldPlan {
  readonly stock: Readonly<Record<string, number>>;
  readonly orders: readonly OrderPlan[];
}

interface Memory {
  readonly instance: ProcessInstance;
  readonly outstanding: readonly OutstandingCommand[];
}

const definition = orderFulfilment();
const start = Date.parse('2010-12-01T08:00:00.000Z');
const price = 100;

/**
 * Process and aggregates over a broker, a log and a clock in memory. Whoever calls says what happens next; every act is
 * one that can happen in reality, at any time.
 */
export class FulfilmentWorld {
  readonly orderIds: readonly string[];
  readonly writeSide = new MemoryWriteSide(() => new Date(this.clock));
  private clock = start;
  private readonly memories = new Map<string, Memory>();
  private readonly timers = new Map<string, { id: string; name: string; dueAt: string }>();
  private readonly cursors = new Map<string, number>();
  private readonly sent: CommandEnvelope[] = [];
  private readonly answered = new Set<string>();
  private readonly attempts = new Map<string, number>();
  private readonly cancelled = new Set<string>();

  constructor(private readonly plan: WorldPlan) {
    this.orderIds = plan.orders.map((_, index) => `00000000-0000-4000-8000-00000000000${index}`);
    for (const [productId, quantity] of Object.entries(plan.stock)) {
      const data = { productId, quantity, onHand: quantity, reserved: 0 };
      this.writeSide.append('StockItem', productId, [{ type: 'StockReceived', data }]);
    }
    plan.orders.forEach(({ lines }, index) => this.placeOrder(this.orderIds[index]!, lines));
  }

  /** Everything that could happen now. */
  possibleActs(): (() => void)[] {
    return [
      ...[...this.writeSide.partitions.keys()]
        .filter((partition) => this.undelivered(partition).length > 0)
        .flatMap((partition) => [() => this.deliver(partition, 1), () => this.deliver(partition, 3)]),
      ...this.unanswered().map((command) => () => this.writeSide.execute(command)),
      ...this.dueTimers().map((key) => () => this.fire(key)),
      ...this.orderIds.flatMap((id, index) => this.actsOfPeople(id, this.plan.orders[index]!)),
    ];
  }

  /** What can happen, too, and must not matter: a crash before the commit, a command that comes again, time that goes by. */
  disturbances(): (() => void)[] {
    return [
      ...this.sent.map((command) => () => this.writeSide.execute(command)),
      ...[...this.writeSide.partitions.keys()]
        .filter((partition) => this.undelivered(partition).length > 0)
        .map((partition) => () => void this.react(this.undelivered(partition).slice(0, 2))),
      () => {
        this.clock += 5 * 60_000;
      },
    ];
  }

  statusOf(orderId: string): string {
    return this.memories.get(orderId)?.instance.status ?? 'NONE';
  }

  private placeOrder(orderId: string, wanted: OrderPlan['lines']): void {
    const lines = wanted.map(({ productId, quantity }) => ({
      productId,
      productName: productId,
      quantity,
      unitPrice: gbp(price),
      totalPrice: gbp(price * quantity),
    }));
    const total = gbp(lines.reduce((sum, line) => sum + line.totalPrice.amount, 0));
    const address = { name: 'n', line1: 'l', city: 'c', postalCode: 'p', country: 'GB' };
    const data = {
      orderId,
      customerId: 'C1',
      orderNumber: 'TM-00000-00000',
      customer: { id: 'C1', name: 'Ada', email: 'ada@example.com' },
      lines,
      total,
      shippingAddress: address,
      billingAddress: address,
    };
    this.writeSide.append('Order', orderId, [{ type: 'OrderCreated', data }]);
  }

  private actsOfPeople(id: string, { cardTokens, cancellation }: OrderPlan): (() => void)[] {
    const orderId = id as OrderId;
    const order = this.writeSide.stateOf('Order', id);
    const shipment = this.writeSide.stateOf('Shipment', id);
    const token = cardTokens[this.attempts.get(id) ?? 0];
    const payment = this.writeSide.stateOf('Payment', id);
    const mayPay =
      order.status === 'PENDING' &&
      token !== undefined &&
      payment.attempts.every(
        ({ status, expiresAt }) =>
          status !== 'CAPTURED' && !(status === 'REQUESTED' && this.clock < Date.parse(expiresAt)),
      );
    const mayCancel =
      (cancellation === 'any_time' || (cancellation !== 'never' && shipment.status !== 'ABSENT')) &&
      !this.cancelled.has(id) &&
      (order.status === 'PAID' || order.status === 'PENDING');
    return [
      ...(mayPay ? [() => this.pay(orderId, token)] : []),
      ...(mayCancel ? [() => this.requestCancellation(orderId)] : []),
      ...(shipment.status === 'CREATED' ? [() => this.dispatch(orderId)] : []),
      ...(shipment.status === 'DISPATCHED' ? [() => this.deliverGoods(orderId)] : []),
    ];
  }

  private pay(orderId: OrderId, token: string): void {
    const attempt = (this.attempts.get(orderId) ?? 0) + 1;
    this.attempts.set(orderId, attempt);
    const paymentId = orderId.replace(/^.{8}/, `1111000${attempt}`) as PaymentId;
    const decision = requestPayment(
      {
        orderId,
        paymentId,
        method: { type: 'card', token },
        order: this.writeSide.stateOf('Order', orderId),
        now: new Date(this.clock),
      },
      this.writeSide.stateOf('Payment', orderId),
    );
    this.append('Payment', orderId, decision);
  }

  private requestCancellation(orderId: OrderId): void {
    this.cancelled.add(orderId);
    const state = this.writeSide.stateOf('Order', orderId);
    this.append('Order', orderId, requestCancellation({ orderId, reason: 'changed_my_mind' }, state));
  }

  private dispatch(orderId: OrderId): void {
    const command = { shipmentId: shipmentIdOf(orderId), carrier: 'DHL', trackingNumber: '1' };
    this.append('Shipment', orderId, dispatchShipment(command, this.writeSide.stateOf('Shipment', orderId)));
  }

  private deliverGoods(orderId: OrderId): void {
    const command = { shipmentId: shipmentIdOf(orderId) };
    this.append('Shipment', orderId, deliverShipment(command, this.writeSide.stateOf('Shipment', orderId)));
  }

  private append(
    streamType: 'Order' | 'Payment' | 'Shipment',
    id: string,
    decision: Decision<DomainEvent>,
  ): void {
    if (decision.outcome === 'refused') {
      throw new Error(`a person was refused: ${decision.refusal.code}`);
    }
    this.writeSide.append(streamType, id, decision.events);
  }

  private undelivered(partition: string): readonly EventEnvelope[] {
    return this.writeSide.partitions.get(partition)!.slice(this.cursors.get(partition) ?? 0);
  }

  private unanswered(): readonly CommandEnvelope[] {
    return this.sent.filter(({ commandId }) => !this.answered.has(commandId));
  }

  private dueTimers(): string[] {
    return [...this.timers].filter(([, { dueAt }]) => Date.parse(dueAt) <= this.clock).map(([key]) => key);
  }

  private deliver(partition: string, count: number): void {
    const events = this.undelivered(partition).slice(0, count);
    for (const [id, run] of this.react(events)) {
      this.commit(id, run);
    }
    this.cursors.set(partition, (this.cursors.get(partition) ?? 0) + events.length);
  }

  private fire(key: string): void {
    const { id, name, dueAt } = this.timers.get(key)!;
    const run = this.open(id);
    run.timer(name, dueAt);
    this.commit(id, run);
  }

  /** All of it in memory: who does not commit has changed nothing. */
  private react(events: readonly EventEnvelope[]): ReadonlyMap<string, InstanceRun> {
    const runs = new Map<string, InstanceRun>();
    for (const event of events) {
      const id = definition.eventTypes.some((type) => type === event.type)
        ? definition.correlate(event as never)
        : undefined;
      const isKnown = id !== undefined && (runs.has(id) || this.memories.has(id));
      if (id !== undefined && (isKnown || definition.startsOn.some((type) => type === event.type))) {
        const run = runs.get(id) ?? this.open(id);
        runs.set(id, run);
        run.event(event);
      }
    }
    return runs;
  }

  private open(id: string): InstanceRun {
    const state = definition.initial(id);
    const memory = this.memories.get(id);
    const fresh: ProcessInstance = {
      instanceId: id,
      definitionVersion: 1,
      status: 'RUNNING',
      state,
      deferred: [],
      correlationId: 'c',
    };
    return new InstanceRun(definition, memory?.instance ?? fresh, memory?.outstanding ?? []);
  }

  private commit(id: string, run: InstanceRun): void {
    const change = run.change();
    if (!change) {
      return;
    }
    change.answered.forEach(({ commandId }) => this.answered.add(commandId));
    this.sent.push(...change.commands.map(({ envelope }) => envelope));
    for (const [name, dueAt] of change.timers) {
      const key = `${id} ${name}`;
      if (dueAt === undefined) {
        this.timers.delete(key);
      } else {
        this.timers.set(key, { id, name, dueAt });
      }
    }
    const before = this.memories.get(id)?.outstanding ?? [];
    const asked = change.commands.map(({ step, envelope }) => ({
      commandId: envelope.commandId,
      step,
      isParked: false,
    }));
    const outstanding = [...before, ...asked].filter(({ commandId }) => !this.answered.has(commandId));
    // As through a database: what is not plain data would not come back.
    this.memories.set(id, { instance: structuredClone(change.instance), outstanding });
  }
}

function gbp(amount: number): { amount: number; currency: string } {
  return { amount, currency: 'GBP' };
}
