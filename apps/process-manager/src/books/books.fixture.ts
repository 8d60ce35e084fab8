import type { TidemarkEvent } from '@tidemark/contracts';

/** The totals of one payment. */
export interface PaymentBook {
  readonly orderId: string;
  readonly currency: string;
  transactionId?: string;
  captured: number;
  refunded: number;
}

export interface OrderBook {
  readonly orderId: string;
  status: 'PENDING' | 'PAID' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';
  /** The amount of `OrderPaid`; absent before that event. */
  paid?: number;
  currency?: string;
  pieces: number;
  isDispatched: boolean;
}

/** Pieces of one product for one order. */
export interface HeldPieces {
  reserved: number;
  released: number;
  shipped: number;
}

export interface StockBook {
  onHand: number;
  readonly byOrder: Map<string, HeldPieces>;
}

type MoneyMoved = Extract<TidemarkEvent, { type: 'PaymentCaptured' | 'PaymentRefunded' }>;

/**
 * The totals over the events of a log. It reads them only by their contracts. It uses none of the system's own code.
 */
export class Books {
  readonly payments = new Map<string, PaymentBook>();
  readonly orders = new Map<string, OrderBook>();
  readonly stock = new Map<string, StockBook>();
  /** Events whose content was wrong when they were written. */
  readonly faults: string[] = [];

  /** @param log all events, in order within each stream */
  constructor(log: readonly TidemarkEvent[]) {
    log.forEach((event) => this.book(event));
  }

  /** The money that was captured for an order and not refunded. If it has more than one currency, `faults` says so. */
  kept(orderId: string): number {
    return [...this.payments.values()]
      .filter((payment) => payment.orderId === orderId)
      .reduce((sum, { captured, refunded }) => sum + captured - refunded, 0);
  }

  heldFor(orderId: string): HeldPieces {
    const sum = { reserved: 0, released: 0, shipped: 0 };
    for (const { byOrder } of this.stock.values()) {
      const held = byOrder.get(orderId);
      sum.reserved += held?.reserved ?? 0;
      sum.released += held?.released ?? 0;
      sum.shipped += held?.shipped ?? 0;
    }
    return sum;
  }

  private book(event: TidemarkEvent): void {
    switch (event.type) {
      case 'OrderCreated': {
        const { orderId } = event.data;
        this.orders.set(orderId, { orderId, status: 'PENDING', pieces: 0, isDispatched: false });
        break;
      }
      case 'OrderPaid': {
        const order = this.order(event.data.orderId);
        order.paid = event.data.amount.amount;
        order.currency = event.data.amount.currency;
        order.pieces = event.data.lines.reduce((sum, { quantity }) => sum + quantity, 0);
        order.status = 'PAID';
        break;
      }
      case 'OrderShipped':
        this.order(event.data.orderId).status = 'SHIPPED';
        break;
      case 'OrderDelivered':
        this.order(event.data.orderId).status = 'DELIVERED';
        break;
      case 'OrderCancelled':
        this.order(event.data.orderId).status = 'CANCELLED';
        break;
      case 'ShipmentDispatched':
        this.order(event.data.orderId).isDispatched = true;
        break;
      case 'PaymentRequested': {
        const { paymentId, orderId, amount } = event.data;
        this.payments.set(paymentId, { orderId, currency: amount.currency, captured: 0, refunded: 0 });
        break;
      }
      case 'PaymentCaptured': {
        const payment = this.paymentOf(event);
        payment.captured += event.data.amount.amount;
        payment.transactionId = event.data.transactionId;
        break;
      }
      case 'PaymentRefunded':
        this.paymentOf(event).refunded += event.data.amount.amount;
        break;
      case 'StockReceived':
      case 'StockAdjusted':
        this.item(event.data.productId).onHand += event.data.quantity;
        this.compareLevels(event);
        break;
      case 'InventoryReserved':
        this.held(event.data).reserved += event.data.quantity;
        this.compareLevels(event);
        break;
      case 'InventoryReleased':
        this.held(event.data).released += event.data.quantity;
        this.compareLevels(event);
        break;
      case 'ReservedInventoryShipped':
        this.held(event.data).shipped += event.data.quantity;
        this.item(event.data.productId).onHand -= event.data.quantity;
        this.compareLevels(event);
        break;
      case 'ItemAddedToOrder':
      case 'ItemRemovedFromOrder':
      case 'ShippingAddressChanged':
      case 'OrderPaymentRejected':
      case 'OrderCancellationRequested':
      case 'OrderCancellationRejected':
      case 'PaymentFailed':
      case 'PaymentRefundFailed':
      case 'InventoryReservationFailed':
      case 'ShipmentCreated':
      case 'ShipmentDelivered':
      case 'ShipmentCancelled':
      case 'ShipmentCancellationRejected':
      case 'CustomerRegistered':
      case 'CustomerContactChanged':
      case 'ProductAdded':
      case 'ProductPriceChanged':
      case 'ProductDetailsChanged':
      case 'ProductDiscontinued':
        // Moves neither money nor goods.
        break;
      default:
        event satisfies never;
    }
  }

  /** Every event of a stock item contains the stock after it. */
  private compareLevels({ type, data }: Extract<TidemarkEvent, { data: { onHand: number } }>): void {
    const { onHand, byOrder } = this.item(data.productId);
    const reserved = reservedOf(byOrder);
    if (data.onHand !== onHand || data.reserved !== reserved) {
      const says = `${data.onHand} on hand and ${data.reserved} reserved`;
      this.faults.push(`${type} of ${data.productId} says ${says}, it is ${onHand} and ${reserved}`);
    }
    if (onHand < 0 || reserved < 0 || reserved > onHand) {
      this.faults.push(`${data.productId}: ${reserved} reserved of ${onHand}`);
    }
  }

  private paymentOf({ type, data }: MoneyMoved): PaymentBook {
    const payment = this.payments.get(data.paymentId)!;
    if (data.amount.currency !== payment.currency) {
      this.faults.push(`${type} of ${data.paymentId} is in ${data.amount.currency}, not ${payment.currency}`);
    }
    return payment;
  }

  private order(orderId: string): OrderBook {
    return this.orders.get(orderId)!;
  }

  private item(productId: string): StockBook {
    const item = this.stock.get(productId) ?? { onHand: 0, byOrder: new Map<string, HeldPieces>() };
    this.stock.set(productId, item);
    return item;
  }

  private held({ productId, orderId }: { productId: string; orderId: string }): HeldPieces {
    const { byOrder } = this.item(productId);
    const held = byOrder.get(orderId) ?? { reserved: 0, released: 0, shipped: 0 };
    byOrder.set(orderId, held);
    return held;
  }
}

export function reservedOf(byOrder: StockBook['byOrder']): number {
  return [...byOrder.values()].reduce((sum, held) => sum + held.reserved - held.released - held.shipped, 0);
}
