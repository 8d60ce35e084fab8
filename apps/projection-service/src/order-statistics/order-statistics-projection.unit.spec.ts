import type { TidemarkEvent } from '@tidemark/contracts';
import { money } from '@tidemark/kernel/money';
import { at, projected } from '../given-events.fixture';
import {
  ada,
  line,
  mug,
  orderCancelled,
  orderCreated,
  orderDelivered,
  orderPaid,
  orderShipped,
  otherOrderId,
  paymentRequested,
} from '../sample-events.fixture';
import { orderStatisticsProjection } from './order-statistics-projection';

const none = { PENDING: 0, PAID: 0, SHIPPED: 0, DELIVERED: 0, CANCELLED: 0 };
const other = orderCreated({ orderId: otherOrderId, lines: [line(mug, 1, 700, 'USD')] });
const otherPaid = orderPaid({ orderId: otherOrderId, amount: money(700, 'USD') });

const statistics = (...events: readonly TidemarkEvent[]) =>
  projected(orderStatisticsProjection, ...events)[ada];

describe('order_statistics', () => {
  it('counts every order, and adds nothing spent for an unpaid one', () => {
    expect(statistics(orderCreated(), other, paymentRequested())).toEqual({
      orderCount: 2,
      byStatus: { ...none, PENDING: 2 },
      spent: {},
      firstOrderAt: at(1),
      lastOrderAt: at(2),
    });
  });

  it('adds up what was spent in each currency, with the number of orders', () => {
    const again = orderPaid({ orderId: otherOrderId, amount: money(300, 'EUR') });
    expect(statistics(orderCreated(), orderPaid(), other, otherPaid)?.spent).toEqual({
      EUR: { amount: 1_000, orderCount: 1 },
      USD: { amount: 700, orderCount: 1 },
    });
    expect(statistics(orderCreated(), orderPaid(), other, again)?.spent).toEqual({
      EUR: { amount: 1_300, orderCount: 2 },
    });
  });

  it('keeps counting an order that is shipped and delivered', () => {
    const spent = { EUR: { amount: 1_000, orderCount: 1 } };
    expect(statistics(orderCreated(), orderPaid(), orderShipped)).toMatchObject({
      byStatus: { ...none, SHIPPED: 1 },
      spent,
    });
    expect(statistics(orderCreated(), orderPaid(), orderShipped, orderDelivered)).toMatchObject({
      byStatus: { ...none, DELIVERED: 1 },
      spent,
    });
  });

  it('subtracts what was spent on a paid order that is cancelled, and nothing for a pending order', () => {
    expect(statistics(orderCreated(), orderPaid(), orderCancelled('PAID'))).toMatchObject({
      orderCount: 1,
      byStatus: { ...none, CANCELLED: 1 },
      spent: {},
    });
    expect(statistics(other, otherPaid, orderCreated(), orderCancelled('PENDING'))).toMatchObject({
      byStatus: { ...none, PAID: 1, CANCELLED: 1 },
      spent: { USD: { amount: 700, orderCount: 1 } },
    });
  });

  it('counts an order that cost nothing', () => {
    const free = orderCreated({ lines: [line(mug, 1, 0)] });
    expect(statistics(free, orderPaid({ amount: money(0, 'EUR') }))?.spent).toEqual({
      EUR: { amount: 0, orderCount: 1 },
    });
  });
});
