import { prepareReadModel, type LiveGenerations } from '@tidemark/projections';
import { readModelNames as names, readModels } from '@tidemark/read-models';
import { createTestMongo, testRun, type TestMongo } from '@tidemark/testing';
import { MongoClient, type CommandStartedEvent, type Document } from 'mongodb';
import { ListOrdersHandler } from '../orders/list-orders/list-orders.handler';
import { ListOrdersQuery } from '../orders/list-orders/list-orders.query';
import type { OrderSearch, OrderSort } from '../orders/list-orders/order-search';
import { ListSalesHandler } from '../sales/list-sales/list-sales.handler';
import { ListSalesQuery, salesGroupings } from '../sales/list-sales/list-sales.query';
import { ListShipmentsHandler } from '../shipments/list-shipments/list-shipments.handler';
import { ListShipmentsQuery } from '../shipments/list-shipments/list-shipments.query';
import { ListStockHandler } from '../stock/list-stock/list-stock.handler';
import { ListStockQuery } from '../stock/list-stock/list-stock.query';
import { orderListDocument, shipmentDocument, stockLevelDocument } from '../testing/documents.fixture';
import type { ReadMetrics } from './read-metrics';
import { ReadModelReader } from './read-model-reader';

/** mongo-java-server has no `explain`. */
const onMongoDb = testRun().mongodbIsStandIn ? it.skip : it;

const customer = { subject: 's', roles: ['customer'], customerId: 'C1' } as const;
const operator = { subject: 's', roles: ['operator'] } as const;
const limit = 2;
const aTime = { from: new Date('2000-01-01T00:00:00Z'), to: new Date('2100-01-01T00:00:00Z') };
const anAmount = { minAmount: 0, maxAmount: Number.MAX_SAFE_INTEGER, currency: 'GBP' };

let database: TestMongo;
let client: MongoClient;
let reader: ReadModelReader;
let finds: Document[];

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url, { monitorCommands: true, ignoreUndefined: true });
  const db = client.db();
  await Promise.all(names.map((name) => prepareReadModel(db, readModels[name], name)));
  const some = Array.from({ length: 5 });
  await db.collection('order_list').insertMany(some.map(() => orderListDocument()) as Document[]);
  await db.collection('shipments').insertMany(some.map(() => shipmentDocument()) as Document[]);
  await db
    .collection('stock_levels')
    .insertMany(some.map((_, n) => stockLevelDocument({ _id: `P${n}` })) as Document[]);
  client.on('commandStarted', ({ commandName, command }: CommandStartedEvent) => {
    if (commandName === 'find' || commandName === 'aggregate') {
      finds.push(command);
    }
  });
  const live = { current: () => Promise.resolve(new Map(names.map((name) => [name, name]))) };
  const metrics = { startRead: () => () => undefined };
  reader = new ReadModelReader(
    { db, close: () => client.close() },
    live as unknown as LiveGenerations,
    2_000,
    metrics as unknown as ReadMetrics,
  );
});
beforeEach(() => {
  finds = [];
});
afterAll(async () => {
  await client.close();
  await database.drop();
});

interface Page {
  readonly nextCursor?: string;
}

/** Asks for a first page and for the one after it, and explains both statements as they were sent. */
async function stagesOf(page: (cursor: { cursor?: string }) => Promise<Page>): Promise<readonly string[][]> {
  const { nextCursor } = await page({});
  await page({ cursor: nextCursor! });
  expect(finds).toHaveLength(2);
  return Promise.all(
    finds.map(async ({ find, filter, sort, limit: count }: Document) => {
      const explain = { find, filter, sort, limit: count };
      const { queryPlanner } = await client.db().command({ explain, verbosity: 'queryPlanner' });
      return namesIn(queryPlanner.winningPlan, 'stage');
    }),
  );
}

/** The stages or indexes of a plan, however its server nests it. */
function namesIn(plan: unknown, field: 'stage' | 'indexName'): string[] {
  if (typeof plan !== 'object' || plan === null) {
    return [];
  }
  return Object.entries(plan).flatMap(([key, value]) => {
    if (key === 'rejectedPlans') {
      return [];
    }
    return key === field && typeof value === 'string' ? [value] : namesIn(value, field);
  });
}

const ordersBy = (caller: typeof customer | typeof operator, search: OrderSearch, sort: OrderSort) => {
  const handler = new ListOrdersHandler(reader);
  return (cursor: { cursor?: string }) =>
    handler.execute(new ListOrdersQuery(caller, search, { sort, limit, ...cursor }));
};

describe('a page of', () => {
  onMongoDb.each([
    ['all orders', ordersBy.bind(undefined, operator, {}, '-createdAt')],
    ['all orders, oldest first', ordersBy.bind(undefined, operator, {}, 'createdAt')],
    ['all orders by amount', ordersBy.bind(undefined, operator, {}, 'totalAmount')],
    ["a customer's orders", ordersBy.bind(undefined, customer, {}, '-createdAt')],
    ['orders of a status', ordersBy.bind(undefined, operator, { status: 'PENDING' }, '-createdAt')],
    ['orders of an address', ordersBy.bind(undefined, operator, { email: 'ada@example.com' }, '-createdAt')],
    ["a customer's orders by amount", ordersBy.bind(undefined, customer, {}, '-totalAmount')],
    [
      "a customer's orders of a status",
      ordersBy.bind(undefined, customer, { status: 'PENDING' }, '-createdAt'),
    ],
    ['orders of a period', ordersBy.bind(undefined, operator, aTime, '-createdAt')],
    ['orders in a range of amounts, by amount', ordersBy.bind(undefined, operator, anAmount, 'totalAmount')],
  ] as const)('%s comes from an index in its order', async (_, pages) => {
    for (const stages of await stagesOf(pages())) {
      expect(stages).toContain('IXSCAN');
      expect(stages).not.toContain('COLLSCAN');
      expect(stages).not.toContain('SORT');
    }
  });

  // The index that finds them does not have their sort order. The server sorts the results, or reads an index in sort
  // order and filters.
  onMongoDb.each([
    ['orders of an e-mail prefix', ordersBy.bind(undefined, operator, { email: 'ada@*' }, '-createdAt')],
    ['orders in a range of amounts, by time', ordersBy.bind(undefined, operator, anAmount, '-createdAt')],
  ] as const)('%s comes from an index', async (_, pages) => {
    for (const stages of await stagesOf(pages())) {
      expect(stages).toContain('IXSCAN');
      expect(stages).not.toContain('COLLSCAN');
    }
  });

  onMongoDb('shipments comes from an index in its order', async () => {
    const handler = new ListShipmentsHandler(reader);
    for (const status of [undefined, 'CREATED'] as const) {
      finds = [];
      const pages = (cursor: object) =>
        handler.execute(new ListShipmentsQuery({ status }, { limit, ...cursor }));
      for (const stages of await stagesOf(pages)) {
        expect(stages).not.toContain('COLLSCAN');
        expect(stages).not.toContain('SORT');
      }
    }
  });

  onMongoDb('stock comes from an index in its order', async () => {
    const handler = new ListStockHandler(reader);
    const pages = (cursor: object) =>
      handler.execute(new ListStockQuery({ belowAvailable: 100 }, { limit, ...cursor }));
    for (const stages of await stagesOf(pages)) {
      expect(stages).not.toContain('COLLSCAN');
      expect(stages).not.toContain('SORT');
    }
  });
});

const ofCustomer = (id: string) => ({ 'customer.id': { $in: [id] } });

onMongoDb.each([
  ['a customer', [['O1', ofCustomer('C1')]]],
  ['several callers', [['O1', ofCustomer('C1')], ['O2', ofCustomer('C2')], ['O3']]],
] as const)('the look-up of %s uses the index of the ids', async (_, lookUps) => {
  await Promise.all(lookUps.map(([id, condition]) => reader.findOne('order_details', id, condition)));
  expect(finds).toHaveLength(1);
  const { find, filter, hint } = finds[0]!;
  const explain = { find, filter, hint };
  const { queryPlanner } = await client.db().command({ explain, verbosity: 'queryPlanner' });
  expect(namesIn(queryPlanner.winningPlan, 'stage')).not.toContain('COLLSCAN');
  expect(new Set(namesIn(queryPlanner.winningPlan, 'indexName'))).toEqual(new Set(['_id_']));
});

onMongoDb.each(salesGroupings)('sales by %s come from the index of days', async (groupBy) => {
  const handler = new ListSalesHandler(reader);
  await handler.execute(new ListSalesQuery(aTime, groupBy, 'EUR'));
  const { aggregate, pipeline } = finds[0]!;
  const explain = { aggregate, pipeline, cursor: {} };
  const plan: unknown = await client.db().command({ explain, verbosity: 'queryPlanner' });
  expect(namesIn(plan, 'stage')).not.toContain('COLLSCAN');
  expect(namesIn(plan, 'indexName')).toContain('day');
});

it('every page of a list takes one statement', async () => {
  const pages = ordersBy(operator, {}, '-createdAt');
  const { nextCursor } = await pages({});
  await pages({ cursor: nextCursor! });
  expect(finds.map(({ find, limit: count }) => [find, count])).toEqual([
    ['order_list', limit + 1],
    ['order_list', limit + 1],
  ]);
});
