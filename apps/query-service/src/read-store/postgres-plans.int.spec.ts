import { createPool } from '@tidemark/postgres';
import { postgresQueries, readModelsRoles, type LiveGenerations } from '@tidemark/projections';
import { readModelNames as names, readModels, type ReadStore } from '@tidemark/read-models';
import type { Pool, QueryConfig } from 'pg';
import { ListSalesHandler } from '../sales/list-sales/list-sales.handler';
import { ListSalesQuery, salesGroupings } from '../sales/list-sales/list-sales.query';
import {
  orderDetailsDocument,
  orderListDocument,
  salesDocument,
  shipmentDocument,
  stockLevelDocument,
} from '../testing/documents.fixture';
import { aTime, lookUpsOf, pagesInOrder, sortedPages, type Pages } from '../testing/planned-reads.fixture';
import { startReadStore, type TestReadStore } from '../testing/read-store.fixture';
import type { ReadMetrics } from './read-metrics';
import { ReadModelReader } from './read-model-reader';

/** So many that an index is faster than reading them all. */
const MANY = 2_000;
const range = Array.from({ length: MANY }, (_, n) => n);
const day = (n: number) => new Date(Date.UTC(2010, 0, 1 + n));

let bed: TestReadStore;
let pool: Pool;
let reader: ReadModelReader;
let asked: QueryConfig[];

beforeAll(async () => {
  bed = await startReadStore('postgres');
  pool = createPool({ url: bed.url, applicationName: 'plans' });
  await bed.put('order_list', range.map(orderOf));
  await bed.put(
    'order_details',
    range.map((n) => orderDetailsDocument({ _id: `O${n}`, customer: customerOf(n) })),
  );
  await bed.put(
    'shipments',
    range.map((n) => shipmentDocument({ createdAt: day(n), status: n % 9 === 0 ? 'CREATED' : 'DELIVERED' })),
  );
  await bed.put(
    'stock_levels',
    range.map((n) => stockLevelDocument({ _id: `P${n}`, available: n })),
  );
  await bed.put(
    'sales_by_day',
    range.map((n) =>
      salesDocument({}, { day: day(n).toISOString().slice(0, 10), dimension: n % 2 ? 'country' : 'product' }),
    ),
  );
  await pool.query('ANALYZE');
  await pool.query(`SET ROLE ${readModelsRoles.reader}`);
  const recording = {
    query: (statement: QueryConfig) => {
      asked.push(statement);
      return pool.query(statement);
    },
  } as unknown as Pool;
  const live = { current: () => Promise.resolve(new Map(names.map((name) => [name, name]))) };
  reader = new ReadModelReader(
    { queries: postgresQueries(recording, Object.values(readModels)) } as unknown as ReadStore,
    live as unknown as LiveGenerations,
    30_000,
    { startRead: () => () => undefined } as unknown as ReadMetrics,
  );
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await pool.end();
  await bed.stop();
});

function customerOf(n: number) {
  return { id: `C${n % 4}`, name: 'Ada', email: `ada-${n % 4}@example.com` };
}

function orderOf(n: number) {
  return orderListDocument({
    customerId: `C${n % 4}`,
    customerEmail: n % 4 === 0 ? 'ada@example.com' : `bob-${n % 4}@example.com`,
    status: n % 9 === 0 ? 'PENDING' : 'DELIVERED',
    createdAt: day(n),
    totalAmount: { amount: n, currency: 'GBP' },
  });
}

/** The plans of all statements that were sent, as they were sent. */
async function plansOf(): Promise<readonly string[]> {
  return Promise.all(
    asked.map(async ({ text, values }) => {
      const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    }),
  );
}

/** Of a first page and of the one after it. */
async function plansOfPages(pages: Pages): Promise<readonly string[]> {
  const { nextCursor } = await pages(reader, {});
  await pages(reader, { cursor: nextCursor! });
  expect(asked).toHaveLength(2);
  return plansOf();
}

describe('a page of', () => {
  it.each(pagesInOrder)('%s comes from an index in its order', async (_, pages) => {
    for (const plan of await plansOfPages(pages)) {
      expect(plan).toMatch(/Index (Only )?Scan/);
      expect(plan).not.toContain('Seq Scan');
      expect(plan).not.toContain('Sort');
    }
  });

  it.each(sortedPages)('%s comes from an index', async (_, pages) => {
    for (const plan of await plansOfPages(pages)) {
      expect(plan).toMatch(/Index (Only )?Scan/);
      expect(plan).not.toContain('Seq Scan');
    }
  });
});

it.each(lookUpsOf)('what %s look up comes from the index of its ids', async (_, lookUps) => {
  await Promise.all(lookUps.map(([id, condition]) => reader.findOne('order_details', id, condition)));
  const [plan, ...others] = await plansOf();
  expect(others).toEqual([]);
  // The index of the customers ends in the id as well.
  expect(plan).toMatch(/Index Cond: .*_id = /);
  expect(plan).not.toContain('Seq Scan');
});

it.each(salesGroupings)('sales by %s come from the index of their days', async (groupBy) => {
  const from = aTime.from;
  const to = new Date(from.getTime() + 4_000 * 86_400_000);
  await new ListSalesHandler(reader).execute(new ListSalesQuery({ from, to }, groupBy, 'EUR'));
  const [plan] = await plansOf();
  expect(plan).toContain('sales_by_day_day');
  expect(plan).not.toContain('Seq Scan');
});
