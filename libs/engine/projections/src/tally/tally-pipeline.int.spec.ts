import { createTestMongo, type TestMongo } from '@tidemark/testing';
import fc from 'fast-check';
import { MongoClient, type Document } from 'mongodb';
import { boardEvents } from '../board-events.fixture';
import { logOf, marked, opened, renamed } from '../board.fixture';
import { foldAll } from '../fold';
import { prepareReadModel } from '../read-model/prepare-read-model';
import { points, pointsModel, pointsOf } from './points.fixture';
import { tallyPipeline } from './tally-pipeline';

let database: TestMongo;
let client: MongoClient;

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url);
  await prepareReadModel(client.db(), pointsModel, 'points');
});
afterAll(async () => {
  await client.close();
  await database.drop();
});

const documents = () => client.db().collection('points');

async function store(log: Parameters<typeof foldAll>[1]): Promise<void> {
  await documents().deleteMany({});
  const folded = [...foldAll(points, log).values()];
  await (folded.length > 0 && documents().insertMany(folded as unknown as Document[]));
}

it('adds up the entries of all partitions, as if there were one partition', async () => {
  const partitions = fc.array(boardEvents, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(partitions, async (events) => {
      const log = events.flatMap((ofPartition, partition) => logOf(ofPartition, partition));
      await store(log);
      const query = { where: {}, groupBy: ['what', 'odd'] as const };
      const rows = await documents().aggregate(tallyPipeline(pointsModel, query)).toArray();
      const sums = rows.map(({ what, odd, times, points: sum }) => [
        `${what} ${odd}`,
        { times, points: sum },
      ]);
      expect(sums.sort()).toEqual([...pointsOf(log)].sort());
    }),
    { numRuns: 50 },
  );
});

it('adds up only entries that meet the conditions, grouped by the given fields', async () => {
  await store([
    ...logOf([opened('c1', 'Ada'), marked('c1', 'Ada', 1), marked('c1', 'Ada', 2)], 0),
    ...logOf([marked('c3', 'Bob', 3), marked('c3', 'Eve', 9), renamed('Eve', 'E.')], 1),
  ]);
  const query = { where: { what: 'marked' }, groupBy: ['what'] as const };
  expect(await documents().aggregate(tallyPipeline(pointsModel, query)).toArray()).toEqual([
    { what: 'marked', times: 3, points: 6 },
  ]);
});
