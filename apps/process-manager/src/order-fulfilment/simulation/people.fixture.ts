import type { Decision, DomainEvent } from '@tidemark/kernel';
import { requestCancellation, type OrderId } from '@tidemark/ordering';
import { requestPayment, type PaymentId } from '@tidemark/payments';
import { deliverShipment, dispatchShipment, shipmentIdOf } from '@tidemark/shipping';
import type { MemoryWriteSide } from '../write-side.fixture';

export interface OrderPlan {
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  /** One card for each attempt to pay. */
  readonly cardTokens: readonly string[];
  /** When the order may be cancelled: at any time, or once its shipment exists. */
  readonly cancellation: 'never' | 'any_time' | 'once_shipment_made';
}

const price = 100;

/** Customers and the warehouse: they place, pay and cancel one order, and dispatch and deliver its shipment. */
export class People {
  private attempts = 0;
  private hasCancelled = false;

  constructor(
    readonly orderId: OrderId,
    private readonly plan: OrderPlan,
    private readonly writeSide: Pick<MemoryWriteSide, 'append' | 'stateOf'>,
    private readonly now: () => number,
  ) {
    this.placeOrder();
  }

  possibleActs(): (() => void)[] {
    const { orderId } = this;
    const order = this.writeSide.stateOf('Order', orderId);
    const shipment = this.writeSide.stateOf('Shipment', orderId);
    const token = this.plan.cardTokens[this.attempts];
    const { cancellation } = this.plan;
    const mayCancel =
      (cancellation === 'any_time' || (cancellation !== 'never' && shipment.status !== 'ABSENT')) &&
      !this.hasCancelled &&
      (order.status === 'PAID' || order.status === 'PENDING');
    const acts: (() => void)[] = [];
    if (order.status === 'PENDING' && token !== undefined && this.mayPay()) {
      acts.push(() => this.pay(token));
    }
    if (mayCancel) {
      acts.push(() => this.requestCancellation());
    }
    if (shipment.status === 'CREATED') {
      acts.push(() => this.dispatch());
    }
    if (shipment.status === 'DISPATCHED') {
      acts.push(() => this.deliverGoods());
    }
    return acts;
  }

  private mayPay(): boolean {
    const { attempts } = this.writeSide.stateOf('Payment', this.orderId);
    return attempts.every(
      ({ status, expiresAt }) =>
        status !== 'CAPTURED' && !(status === 'REQUESTED' && this.now() < Date.parse(expiresAt)),
    );
  }

  private placeOrder(): void {
    const { orderId } = this;
    const lines = this.plan.lines.map(({ productId, quantity }) => ({
      productId,
      productName: productId,
      quantity,
      unitPrice: gbp(price),
      totalPrice: gbp(price * quantity),
    }));
    const address = { name: 'n', line1: 'l', city: 'c', postalCode: 'p', country: 'GB' };
    const data = {
      orderId,
      customerId: 'C1',
      orderNumber: 'TM-00000-00000',
      customer: { id: 'C1', name: 'Ada', email: 'ada@example.com' },
      lines,
      total: gbp(lines.reduce((sum, line) => sum + line.totalPrice.amount, 0)),
      shippingAddress: address,
      billingAddress: address,
    };
    this.writeSide.append('Order', orderId, [{ type: 'OrderCreated', data }]);
  }

  private pay(token: string): void {
    const { orderId } = this;
    this.attempts += 1;
    const decision = requestPayment(
      {
        orderId,
        paymentId: orderId.replace(/^.{8}/, `1111000${this.attempts}`) as PaymentId,
        method: { type: 'card', token },
        order: this.writeSide.stateOf('Order', orderId),
        now: new Date(this.now()),
      },
      this.writeSide.stateOf('Payment', orderId),
    );
    this.append('Payment', decision);
  }

  private requestCancellation(): void {
    const { orderId } = this;
    this.hasCancelled = true;
    const state = this.writeSide.stateOf('Order', orderId);
    this.append('Order', requestCancellation({ orderId, reason: 'changed_my_mind' }, state));
  }

  private dispatch(): void {
    const command = { shipmentId: shipmentIdOf(this.orderId), carrier: 'DHL', trackingNumber: '1' };
    this.append('Shipment', dispatchShipment(command, this.writeSide.stateOf('Shipment', this.orderId)));
  }

  private deliverGoods(): void {
    const command = { shipmentId: shipmentIdOf(this.orderId) };
    this.append('Shipment', deliverShipment(command, this.writeSide.stateOf('Shipment', this.orderId)));
  }

  private append(streamType: 'Order' | 'Payment' | 'Shipment', decision: Decision<DomainEvent>): void {
    if (decision.outcome === 'refused') {
      throw new Error(`a person was refused: ${decision.refusal.code}`);
    }
    this.writeSide.append(streamType, this.orderId, decision.events);
  }
}

function gbp(amount: number): { amount: number; currency: string } {
  return { amount, currency: 'GBP' };
}
