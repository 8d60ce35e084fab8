import type { TidemarkEvent } from '@tidemark/contracts';
import { money } from '@tidemark/kernel/money';
import { at, projected } from '../given-events.fixture';
import {
  ada,
  contactChanged,
  event,
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
  work,
} from '../sample-events.fixture';
import { orderListProjection } from './order-list-projection';

const list = (...events: readonly TidemarkEvent[]) => projected(orderListProjection, ...events);

const entry = {
  orderNumber: 'TM-00000-00001',
  customerId: ada,
  customerName: 'Ada',
  customerEmail: 'ada@example.org',
  status: 'PENDING',
  totalAmount: money(1_000, 'EUR'),
  itemCount: 1,
  createdAt: at(1),
  updatedAt: at(1),
  version: 1,
};

describe('order_list', () => {
  it('has an entry for every order, with the address in lower case', () => {
    expect(list(orderCreated(), orderCreated({ orderId: otherOrderId }))).toEqual({
      [orderId]: entry,
      [otherOrderId]: { ...entry, orderNumber: 'TM-00000-00002', createdAt: at(2), updatedAt: at(2) },
    });
  });

  it('shows the current lines and total', () => {
    const added = event('ItemAddedToOrder', {
      orderId,
      customerId: ada,
      line: line(lamp, 1, 2_000),
      total: money(3_000, 'EUR'),
    });
    const removed = event('ItemRemovedFromOrder', {
      orderId,
      customerId: ada,
      productId: mug,
      total: money(2_000, 'EUR'),
    });
    const changed = { totalAmount: money(3_000, 'EUR'), itemCount: 2, updatedAt: at(2), version: 2 };
    expect(list(orderCreated(), added)[orderId]).toEqual({ ...entry, ...changed });
    expect(list(orderCreated(), added, removed)[orderId]).toEqual({
      ...entry,
      totalAmount: money(2_000, 'EUR'),
      itemCount: 1,
      updatedAt: at(3),
      version: 3,
    });
  });

  it('shows the current status, up to the delivery', () => {
    const path = [orderCreated(), orderPaid(), orderShipped, orderDelivered];
    const statuses = path.map((_, index) => list(...path.slice(0, index + 1))[orderId]?.status);
    expect(statuses).toEqual(['PENDING', 'PAID', 'SHIPPED', 'DELIVERED']);
    expect(list(orderCreated(), orderCancelled('PENDING'))[orderId]?.status).toBe('CANCELLED');
  });

  it("raises the version with every event of the order, since it is the order's version", () => {
    const address = event('ShippingAddressChanged', { orderId, customerId: ada, shippingAddress: work });
    expect(list(orderCreated(), address)[orderId]).toEqual({ ...entry, version: 2, updatedAt: at(2) });
  });

  it("shows a customer's new contact in existing orders, and changes nothing else in them", () => {
    const changed = list(orderCreated(), orderCreated({ orderId: otherOrderId }), contactChanged);
    expect(changed[orderId]).toEqual({
      ...entry,
      customerName: 'Ada Lovelace',
      customerEmail: 'lovelace@example.org',
    });
    expect(changed[otherOrderId]).toMatchObject({ customerName: 'Ada Lovelace' });
  });

  it('makes no entry for a payment whose order was never created', () => {
    const rejected = event('OrderPaymentRejected', {
      orderId,
      customerId: ada,
      paymentId: otherPaymentId,
      amount: money(1_000, 'EUR'),
      reason: 'not_found',
    });
    expect(list(rejected)).toEqual({});
  });
});
