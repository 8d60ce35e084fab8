import fc from 'fast-check';
import { join } from 'node:path';
import { planReplay } from './plan-replay';
import { readRetailFiles } from './read-retail-files';
import { classifyRow } from './retail-row';

const row = (overrides: Partial<Record<string, string>> = {}): string[] =>
  Object.values({
    invoice: '700100',
    sku: '30100a',
    description: 'BLUE TIDE MUG',
    quantity: '3',
    date: '2024-03-04 08:12:00',
    price: '2.55',
    customer: '20001.0',
    country: 'France',
    ...overrides,
  }) as string[];

describe('a row of the data set', () => {
  it('is an order line in minor units', () => {
    expect(classifyRow(row())).toEqual({
      invoice: '700100',
      sku: '30100A',
      description: 'BLUE TIDE MUG',
      quantity: 3,
      unitPrice: 255,
      customerId: '20001',
      country: 'France',
    });
  });

  it.each([
    ['malformed', { quantity: 'many' }],
    ['malformed', { price: '' }],
    ['malformed', { date: 'yesterday' }],
    ['malformed', { invoice: '' }],
    ['malformed', { invoice: 'C700100', quantity: '1.5' }],
    ['cancellation_or_adjustment', { invoice: 'C700100', customer: '' }],
    ['no_customer', { customer: '', sku: 'POST' }],
    ['not_a_product', { sku: 'POST', quantity: '-1' }],
    ['bad_quantity', { quantity: '-1', price: '0' }],
    ['bad_quantity', { quantity: '0' }],
    ['bad_price', { price: '0.0' }],
    ['bad_price', { price: '-2.5' }],
  ])('is skipped as %s: %j', (reason, overrides) => {
    expect(classifyRow(row(overrides))).toBe(reason);
  });

  it('is malformed with a missing or an extra column', () => {
    expect(classifyRow(row().slice(1))).toBe('malformed');
    expect(classifyRow([...row(), ''])).toBe('malformed');
  });
});

describe('planReplay', () => {
  it('merges lines of one product at one price, and makes another order for another price', () => {
    const { orders } = planReplay([
      row(),
      row({ sku: '30107' }),
      row({ quantity: '2' }),
      row({ price: '2.04', quantity: '5' }),
    ]);
    expect(orders.map((order) => order.items)).toEqual([
      [
        { sku: '30100A', quantity: 5, unitPrice: 255 },
        { sku: '30107', quantity: 3, unitPrice: 255 },
      ],
      [{ sku: '30100A', quantity: 5, unitPrice: 204 }],
    ]);
  });

  it('takes the first name that is not empty, and the first price', () => {
    const { products } = planReplay([
      row({ description: '' }),
      row({ description: 'MUG', price: '9.99' }),
      row({ description: 'OTHER' }),
    ]);
    expect(products).toEqual([
      {
        sku: '30100A',
        name: 'MUG',
        price: 255,
        sold: 9,
        batch: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        short: false,
      },
    ]);
  });

  it('orders everything exactly once, in orders of at most ten products, and plans the same in every run', () => {
    const sku = fc.integer({ min: 30_000, max: 30_014 }).map(String);
    const rows = fc.array(
      fc
        .record({
          sku,
          price: fc.constantFrom('1.5', '2.5'),
          invoice: fc.constantFrom('1', '2'),
          quantity: fc.constantFrom('1', '7'),
        })
        .map(row),
    );
    fc.assert(
      fc.property(rows, (input) => {
        const plan = planReplay(input);
        const items = plan.orders.flatMap((order) => order.items);
        for (const product of plan.products) {
          const ordered = items.filter((item) => item.sku === product.sku);
          expect(ordered.reduce((sum, item) => sum + item.quantity, 0)).toBe(product.sold);
        }
        for (const order of plan.orders) {
          expect(order.items.length).toBeLessThanOrEqual(10);
          expect(new Set(order.items.map((item) => item.sku)).size).toBe(order.items.length);
        }
        expect(new Set(plan.orders.map((order) => order.orderId)).size).toBe(plan.orders.length);
        expect(planReplay(input)).toEqual(plan);
      }),
    );
  });

  it('lets the given share of the products run short, and expects their orders to fail', () => {
    const rows = Array.from({ length: 20 }, (_, index) =>
      row({ sku: String(30_000 + index), invoice: String(index) }),
    );
    const plan = planReplay(rows, 25);
    const short = plan.products.filter((product) => product.short).map((product) => product.sku);
    expect(short).toHaveLength(5);
    for (const order of plan.orders) {
      expect(order.expectedToFail).toBe(short.includes(order.items[0]!.sku));
    }
    expect(
      planReplay(rows.toReversed(), 25)
        .products.filter((product) => product.short)
        .map(({ sku }) => sku)
        .sort(),
    ).toEqual(short.toSorted());
  });

  it('has separate stock for other invoices, even if they sell the same quantity', () => {
    const monday = planReplay([row({ invoice: '1' })]);
    const tuesday = planReplay([row({ invoice: '2' })]);
    expect(monday.products[0]!.sold).toBe(tuesday.products[0]!.sold);
    expect(monday.products[0]!.batch).not.toBe(tuesday.products[0]!.batch);
  });

  it('plans a separate replay if products run short, with its own orders and stock', () => {
    const full = planReplay([row()]);
    const short = planReplay([row()], 10);
    expect([full.run, short.run]).toEqual(['replay', 'replay-short-10']);
    expect(short.orders[0]!.orderId).not.toBe(full.orders[0]!.orderId);
    expect(planReplay([row()], 10)).toEqual(short);
  });

  it("reads the project's own small file", async () => {
    const plan = planReplay(await readRetailFiles([join(__dirname, '../../data/small-shop.csv')]));
    expect(plan.skipped).toEqual({
      malformed: 1,
      cancellation_or_adjustment: 1,
      no_customer: 1,
      not_a_product: 1,
      bad_quantity: 1,
      bad_price: 1,
    });
    expect([plan.rows, plan.invoices, plan.customers.length, plan.products.length]).toEqual([
      138, 30, 11, 24,
    ]);
  });
});

describe('readRetailFiles', () => {
  it.each([
    ['a file that does not exist', 'no-such.csv', 'cannot be read'],
    ['a folder', '../../data', 'cannot be read'],
    ['another format', 'plan-replay.ts', 'does not begin with InvoiceNo'],
  ])('names %s', async (_, path, message) => {
    const file = join(__dirname, path);
    await expect(readRetailFiles([file])).rejects.toThrow(`${file} ${message}`);
  });
});
