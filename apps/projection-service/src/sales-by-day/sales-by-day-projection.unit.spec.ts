import type { TidemarkEvent } from '@tidemark/contracts';
import { money } from '@tidemark/kernel/money';
import { foldAll } from '@tidemark/projections';
import { logOf } from '../given-events.fixture';
import { orderStatisticsProjection } from '../order-statistics/order-statistics-projection';
import {
  ada,
  home,
  lamp,
  line,
  mug,
  orderCancelled,
  orderCreated,
  orderId,
  orderPaid,
  otherOrderId,
} from '../sample-events.fixture';
import { salesByDayProjection } from './sales-by-day-projection';

/** The counted sales of all partitions, without entries of zero. */
function salesOf(...events: readonly TidemarkEvent[]): Record<string, readonly number[]> {
  const sums = new Map<string, readonly number[]>();
  for (const { entries } of foldAll(salesByDayProjection, logOf(...events)).values()) {
    for (const { day, currency, dimension, value, orders, units, revenue } of entries) {
      const key = [day, dimension, value, currency].join(' ');
      const [before = 0, unitsBefore = 0, revenueBefore = 0] = sums.get(key) ?? [];
      sums.set(key, [before + orders, unitsBefore + units, revenueBefore + revenue]);
    }
  }
  return Object.fromEntries([...sums].filter(([, amounts]) => amounts.some((amount) => amount !== 0)));
}

const mixed = orderPaid({
  orderId: otherOrderId,
  amount: money(1_700, 'EUR'),
  lines: [line(mug, 1, 500), line(lamp, 3, 400)],
  shippingAddress: { ...home, country: 'FR' },
});

describe('sales_by_day', () => {
  it('counts an order when it is paid, once for its country and once for each of its products', () => {
    expect(salesOf(orderCreated(), orderPaid(), mixed)).toEqual({
      '2026-01-01 country GB EUR': [1, 2, 1_000],
      '2026-01-01 country FR EUR': [1, 4, 1_700],
      '2026-01-01 product MUG EUR': [2, 3, 1_500],
      '2026-01-01 product LAMP EUR': [1, 3, 1_200],
    });
  });

  it('never adds up two currencies', () => {
    const usd = orderPaid({
      orderId: otherOrderId,
      amount: money(700, 'USD'),
      lines: [line(mug, 1, 700, 'USD')],
    });
    expect(salesOf(orderPaid(), usd)).toEqual({
      '2026-01-01 country GB EUR': [1, 2, 1_000],
      '2026-01-01 country GB USD': [1, 1, 700],
      '2026-01-01 product MUG EUR': [1, 2, 1_000],
      '2026-01-01 product MUG USD': [1, 1, 700],
    });
  });

  it('subtracts the sale from the day of the payment when the order is cancelled', () => {
    const [paid, cancelled] = logOf(orderPaid(), orderCancelled('PAID'));
    const nextDay = [paid!, { ...cancelled!, timestamp: '2026-01-02T00:00:00.000Z' }];
    const entries = [...foldAll(salesByDayProjection, nextDay).values()].flatMap((one) => one.entries);
    expect(new Set(entries.map(({ day }) => day))).toEqual(new Set(['2026-01-01']));
    expect(salesOf(orderPaid(), orderCancelled('PAID'))).toEqual({});
    expect(salesOf(orderPaid(), mixed, orderCancelled('PAID'))).toEqual(salesOf(mixed));
  });

  it('subtracts nothing for an order that was never paid', () => {
    expect(salesOf(orderCreated(), mixed, orderCancelled('PENDING'))).toEqual(salesOf(mixed));
  });

  it('keeps a document per partition, and adds up over all of them', () => {
    const bobs = orderPaid({ orderId: otherOrderId, customerId: 'C2' as typeof ada });
    const documents = foldAll(salesByDayProjection, logOf(orderPaid(), bobs));
    expect([...documents.keys()].filter((id) => id.includes('country'))).toEqual([
      '0/sum/2026-01-01/EUR/country/GB',
      '1/sum/2026-01-01/EUR/country/GB',
    ]);
    expect(salesOf(orderPaid(), bobs)['2026-01-01 country GB EUR']).toEqual([2, 4, 2_000]);
  });

  it("has the same total as the customers' statistics", () => {
    const log = [orderCreated(), orderPaid(), orderCreated({ orderId: otherOrderId }), mixed];
    for (const events of [log, [...log, orderCancelled('PAID')]]) {
      const spent = foldAll(orderStatisticsProjection, logOf(...events)).get(ada)!.spent['EUR']!;
      const byCountry = Object.entries(salesOf(...events)).filter(([key]) => key.includes('country'));
      expect(byCountry.reduce((sum, [, [, , revenue]]) => sum + revenue!, 0)).toBe(spent.amount);
      expect(byCountry.reduce((sum, [, [orders]]) => sum + orders!, 0)).toBe(spent.orderCount);
    }
  });

  it('keeps a document of each counted order', () => {
    expect(foldAll(salesByDayProjection, logOf(orderPaid())).get(`0/source/${orderId}`)).toBeDefined();
  });
});
