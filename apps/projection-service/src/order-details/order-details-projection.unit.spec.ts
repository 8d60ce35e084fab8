import type { TidemarkEvent } from '@tidemark/contracts';
import { money } from '@tidemark/kernel/money';
import { at, projected } from '../given-events.fixture';
import {
  ada,
  contactChanged,
  event,
  home,
  lamp,
  line,
  mug,
  orderCancelled,
  orderCreated,
  orderDelivered,
  orderId,
  orderPaid,
  orderShipped,
  otherOrderId,
  otherPaymentId,
  paymentCaptured,
  paymentFailed,
  paymentId,
  paymentRequested,
  shipmentCreated,
  shipmentDispatched,
  shipmentId,
  work,
} from '../sample-events.fixture';
import { orderDetailsProjection } from './order-details-projection';

const details = (...events: readonly TidemarkEvent[]) =>
  projected(orderDetailsProjection, ...events)[orderId];

const order = { orderId, customerId: ada };
const payment = { paymentId, ...order };
const requested = event('OrderCancellationRequested', { ...order, reason: 'changed my mind' });

describe('order_details', () => {
  it('shows the whole order once it is created', () => {
    expect(details(orderCreated({ shippingMethod: 'express' }))).toEqual({
      orderNumber: 'TM-00000-00001',
      status: 'PENDING',
      version: 1,
      versionPosition: 1,
      customer: { id: ada, name: 'Ada', email: 'Ada@Example.org' },
      items: [line(mug, 2, 500)],
      shippingAddress: home,
      billingAddress: home,
      shipping: { method: 'express' },
      timeline: [{ event: 'OrderCreated', timestamp: at(1), description: 'Order created', actor: 'user-1' }],
      timelineTotal: 1,
      totalAmount: money(1_000, 'EUR'),
      createdAt: at(1),
      updatedAt: at(1),
    });
  });

  it('shows the current lines and address of a pending order', () => {
    const pending = details(
      orderCreated(),
      event('ItemAddedToOrder', { ...order, line: line(lamp, 1, 2_000), total: money(3_000, 'EUR') }),
      event('ItemRemovedFromOrder', { ...order, productId: mug, total: money(2_000, 'EUR') }),
      event('ShippingAddressChanged', { ...order, shippingAddress: work }),
    );
    expect(pending).toMatchObject({
      items: [line(lamp, 1, 2_000)],
      totalAmount: money(2_000, 'EUR'),
      shippingAddress: work,
      billingAddress: home,
      version: 4,
      updatedAt: at(4),
    });
    expect(pending?.timeline.map(({ description }) => description)).toEqual([
      'Order created',
      'The LAMP added',
      'The MUG removed',
      'Shipping address changed',
    ]);
  });

  it('keeps the newest 100 entries of the timeline, and the number of all entries', () => {
    const readdressed = event('ShippingAddressChanged', { ...order, shippingAddress: work });
    const changed = (times: number) =>
      details(orderCreated(), ...Array<TidemarkEvent>(times).fill(readdressed));

    expect(changed(99)).toMatchObject({ timelineTotal: 100 });
    expect(changed(99)?.timeline[0]).toMatchObject({ event: 'OrderCreated', timestamp: at(1) });
    const longest = changed(500);
    expect(longest).toMatchObject({ timelineTotal: 501, version: 501 });
    expect(longest?.timeline.map(({ timestamp }) => timestamp)).toEqual(
      Array.from({ length: 100 }, (_, index) => at(402 + index)),
    );
  });

  it('shows every step up to the delivery, and keeps the version of the order', () => {
    const delivered = details(
      orderCreated(),
      paymentRequested(),
      paymentCaptured(),
      orderPaid(),
      shipmentCreated,
      shipmentDispatched,
      orderShipped,
      event('ShipmentDelivered', { shipmentId, ...order }),
      orderDelivered,
    );
    expect(delivered).toMatchObject({
      status: 'DELIVERED',
      version: 4,
      versionPosition: 9,
      payment: { id: paymentId, method: 'card', status: 'CAPTURED', transactionId: 'tx-1' },
      shipping: { shipmentId, carrier: 'DHL', trackingNumber: 'T1', estimatedDelivery: '2026-01-05' },
      updatedAt: at(9),
    });
    expect(delivered?.timeline.map(({ event: name, timestamp, actor }) => [name, timestamp, actor])).toEqual(
      [
        'OrderCreated',
        'PaymentRequested',
        'PaymentCaptured',
        'OrderPaid',
        'ShipmentCreated',
        'ShipmentDispatched',
        'OrderShipped',
        'ShipmentDelivered',
        'OrderDelivered',
      ].map((name, index) => [name, at(index + 1), `user-${index + 1}`]),
    );
  });

  describe('payment', () => {
    it('never shows the card token', () => {
      expect(JSON.stringify(details(orderCreated(), paymentRequested()))).not.toContain('tok_');
    });

    it('shows why it failed, until the next attempt replaces it', () => {
      const failed = [orderCreated(), paymentRequested(), paymentFailed('DECLINED')];
      expect(details(...failed)?.payment).toEqual({
        id: paymentId,
        method: 'card',
        status: 'FAILED',
        failureReason: 'declined',
      });
      expect(details(...failed, paymentRequested(otherPaymentId))?.payment).toEqual({
        id: otherPaymentId,
        method: 'card',
        status: 'REQUESTED',
      });
    });

    it('no longer shows as expired when it is captured after all', () => {
      const late = [orderCreated(), paymentRequested(), paymentFailed('EXPIRED'), paymentCaptured()];
      expect(details(...late)?.payment).toEqual({
        id: paymentId,
        method: 'card',
        status: 'CAPTURED',
        transactionId: 'tx-1',
      });
    });

    it('stays the latest payment when an earlier payment is captured late and refunded', () => {
      const refund = { amount: money(1_000, 'EUR'), totalRefunded: money(1_000, 'EUR'), refundId: 'r-1' };
      const shown = details(
        orderCreated(),
        paymentRequested(),
        paymentFailed('EXPIRED'),
        paymentRequested(otherPaymentId),
        paymentCaptured(),
        event('PaymentRefunded', { ...payment, ...refund, reason: 'late' }),
      );
      expect(shown?.payment).toEqual({ id: otherPaymentId, method: 'card', status: 'REQUESTED' });
      expect(shown?.timeline.at(-1)).toMatchObject({ event: 'PaymentRefunded' });
    });

    it('shows a refund', () => {
      const refunded = event('PaymentRefunded', {
        ...payment,
        amount: money(1_000, 'EUR'),
        totalRefunded: money(1_000, 'EUR'),
        refundId: 'r-1',
        reason: 'out of stock',
      });
      expect(details(orderCreated(), paymentRequested(), paymentCaptured(), refunded)?.payment).toMatchObject(
        {
          status: 'REFUNDED',
          transactionId: 'tx-1',
        },
      );
    });
  });

  describe('cancellation', () => {
    it('is done at once for a pending order', () => {
      expect(details(orderCreated(), orderCancelled('PENDING'))).toMatchObject({
        status: 'CANCELLED',
        cancellation: { status: 'DONE', reason: 'too slow' },
      });
    });

    it('is requested, then done or rejected, and keeps the given reason', () => {
      const paid = [orderCreated(), orderPaid(), requested];
      const rejected = event('OrderCancellationRejected', { ...order, reason: 'already dispatched' });
      const reason = 'changed my mind';
      expect(details(...paid)).toMatchObject({
        status: 'PAID',
        cancellation: { status: 'REQUESTED', reason },
      });
      expect(details(...paid, rejected)).toMatchObject({
        status: 'PAID',
        cancellation: { status: 'REJECTED', reason },
      });
      expect(details(...paid, orderCancelled('PAID'))).toMatchObject({
        status: 'CANCELLED',
        cancellation: { status: 'DONE', reason },
      });
    });
  });

  it("shows a customer's new contact in all existing orders of that customer", () => {
    const before = details(orderCreated());
    const after = projected(
      orderDetailsProjection,
      orderCreated(),
      orderCreated({ orderId: otherOrderId }),
      contactChanged,
    );
    const customer = { id: ada, name: 'Ada Lovelace', email: 'Lovelace@Example.org', phone: '+441234' };
    expect(after[orderId]).toEqual({ ...before, customer });
    expect(after[otherOrderId]).toMatchObject({ customer });
  });
});
