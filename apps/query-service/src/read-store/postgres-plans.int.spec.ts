import { createPool, openClient } from '@tidemark/postgres';
import { postgresQueries, readModelsRoles, type LiveGenerations } from '@tidemark/projections';
import { readModelNames as names, readModels, type ReadStore } from '@tidemark/read-models';
import { plansOf, statementsOf, tapStatements, type Plan } from '@tidemark/test-servers';
import type { Client, Pool } from 'pg';
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

/** Enough documents that an index is faster than a scan. */
const MANY = 2_000;
const range = Array.from({ length: MANY }, (_, n) => n);
const day = (n: number) => new Date(Date.UTC(2010, 0, 1 + n));

let bed: TestReadStore;
let pool: Pool;
let client: Client;
let reader: ReadModelReader;

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
  client = await openClient(bed.url, 'plans');
  await client.query('ANALYZE');
  await client.query(`SET ROLE ${readModelsRoles.reader}`);
  tapStatements(pool);
  const live = { current: () => Promise.resolve(new Map(names.map((name) => [name, name]))) };
  reader = new ReadModelReader(
    { queries: postgresQueries(pool, Object.values(readModels)) } as unknown as ReadStore,
    live as unknown as LiveGenerations,
    30_000,
    { startRead: () => () => undefined } as unknown as ReadMetrics,
  );
});
afterAll(async () => {
  await pool.end();
  await client.end();
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

/** The plans of the statements that the work sends. */
async function plansOfWork(work: () => Promise<unknown>, statements = 1): Promise<readonly Plan[]> {
  const sent = await statementsOf(work);
  expect(sent).toHaveLength(statements);
  const plans: Plan[] = [];
  for (const statement of sent) {
    plans.push(...(await plansOf(client, statement)));
  }
  return plans;
}

/** The plans of a first page and of the page after it. */
function plansOfPages(pages: Pages): Promise<readonly Plan[]> {
  return plansOfWork(async () => {
    const { nextCursor } = await pages(reader, {});
    await pages(reader, { cursor: nextCursor! });
  }, 2);
}

const typesIn = (plan: Plan) => plan.map((node) => node['Node Type']);
const anIndexScan = expect.arrayContaining([expect.stringMatching(/^(Bitmap )?Index (Only )?Scan$/)]);

describe('a page of', () => {
  it.each(pagesInOrder)('%s comes from an index in its order', async (_, pages) => {
    for (const plan of await plansOfPages(pages)) {
      expect(typesIn(plan)).toEqual(anIndexScan);
      expect(typesIn(plan)).not.toContain('Seq Scan');
      expect(typesIn(plan).join()).not.toContain('Sort');
    }
  });

  it.each(sortedPages)('%s comes from an index', async (_, pages) => {
    for (const plan of await plansOfPages(pages)) {
      expect(typesIn(plan)).toEqual(anIndexScan);
      expect(typesIn(plan)).not.toContain('Seq Scan');
    }
  });
});

it.each(lookUpsOf)('what %s look up comes from the index of its ids', async (_, lookUps) => {
  const lookUpAll = () =>
    Promise.all(lookUps.map(([id, condition]) => reader.findOne('order_details', id, condition)));
  for (const plan of await plansOfWork(lookUpAll)) {
    // The index of the customers ends in the id as well.
    expect(plan.map((node) => node['Index Cond']).join()).toMatch(/_id = /);
    expect(typesIn(plan)).not.toContain('Seq Scan');
  }
});

it.each(salesGroupings)('sales by %s come from the index of their days', async (groupBy) => {
  const from = aTime.from;
  const to = new Date(from.getTime() + 4_000 * 86_400_000);
  const query = new ListSalesQuery({ from, to }, groupBy, 'EUR');
  for (const plan of await plansOfWork(() => new ListSalesHandler(reader).execute(query))) {
    expect(plan.map((node) => node['Index Name'])).toContain('sales_by_day_day');
    expect(typesIn(plan)).not.toContain('Seq Scan');
  }
});
