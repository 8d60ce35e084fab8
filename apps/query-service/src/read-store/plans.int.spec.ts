import { mongoProjectionStore, mongoQueries, type LiveGenerations } from '@tidemark/projections';
import { readModelNames as names, readModels, type ReadStore } from '@tidemark/read-models';
import { createTestMongo, testRun, type TestMongo } from '@tidemark/test-servers';
import { MongoClient, type CommandStartedEvent, type Document } from 'mongodb';
import { ListSalesHandler } from '../sales/list-sales/list-sales.handler';
import { ListSalesQuery, salesGroupings } from '../sales/list-sales/list-sales.query';
import { orderListDocument, shipmentDocument, stockLevelDocument } from '../testing/documents.fixture';
import {
  allOrders,
  aTime,
  limit,
  lookUpsOf,
  pagesInOrder,
  sortedPages,
  type Pages,
} from '../testing/planned-reads.fixture';
import type { ReadMetrics } from './read-metrics';
import { ReadModelReader } from './read-model-reader';

/** mongo-java-server has no `explain`. */
const onMongoDb = testRun().mongodbIsStandIn ? it.skip : it;

let database: TestMongo;
let client: MongoClient;
let reader: ReadModelReader;
let finds: Document[];

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url, { monitorCommands: true, ignoreUndefined: true });
  const db = client.db();
  const { documents } = mongoProjectionStore(db);
  await Promise.all(names.map((name) => documents.prepare(readModels[name], name)));
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
    { queries: mongoQueries(db, { timeLimitMs: 2_000 }) } as unknown as ReadStore,
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

/** Asks for a first page and for the one after it, and explains both statements as they were sent. */
async function stagesOf(pages: Pages): Promise<readonly string[][]> {
  const { nextCursor } = await pages(reader, {});
  await pages(reader, { cursor: nextCursor! });
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

describe('a page of', () => {
  onMongoDb.each(pagesInOrder)('%s comes from an index in its order', async (_, pages) => {
    for (const stages of await stagesOf(pages)) {
      expect(stages).not.toContain('COLLSCAN');
      expect(stages).not.toContain('SORT');
    }
  });

  onMongoDb.each(sortedPages)('%s comes from an index', async (_, pages) => {
    for (const stages of await stagesOf(pages)) {
      expect(stages).toContain('IXSCAN');
      expect(stages).not.toContain('COLLSCAN');
    }
  });
});

onMongoDb.each(lookUpsOf)('look-ups in %s use the index of the ids', async (_, lookUps) => {
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
  const { nextCursor } = await allOrders(reader, {});
  await allOrders(reader, { cursor: nextCursor! });
  expect(finds.map(({ find, limit: count }) => [find, count])).toEqual([
    ['order_list', limit + 1],
    ['order_list', limit + 1],
  ]);
});
