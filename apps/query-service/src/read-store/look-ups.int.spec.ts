import { createTestMongo, type TestMongo } from '@tidemark/testing';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import type { Condition } from '../ownership/visible-to';
import { LookUps } from './look-ups';

interface Owned {
  readonly _id: string;
  readonly owner: string;
}

const readModels = ['order_details', 'shipments'] as const;
const owners = ['A', 'B', 'C'];

const someLookUps = fc.array(
  fc.record({
    readModel: fc.constantFrom(...readModels),
    id: fc.constantFrom('1', '2', '3', '4', '5', '6', 'unknown'),
    condition: fc.constantFrom<Condition[]>(
      {},
      { owner: { $in: [] } },
      ...owners.map((owner) => ({ owner: { $in: [owner] } })),
    ),
  }),
  { maxLength: 30 },
);

let database: TestMongo;
let client: MongoClient;
beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url);
  for (const readModel of readModels) {
    const documents = Array.from({ length: 6 }, (_, n) => ({ _id: String(n + 1), owner: owners[n % 3]! }));
    await client.db().collection<Owned>(readModel).insertMany(documents);
  }
});
afterAll(async () => {
  await client.close();
  await database.drop();
});

it('gives every caller the same answer as a separate query', async () => {
  const collection = (readModel: string) => client.db().collection<Owned>(readModel);
  const together = new LookUps((readModel, filter) =>
    collection(readModel)
      .find(filter, { hint: { _id: 1 } })
      .toArray(),
  );
  await fc.assert(
    fc.asyncProperty(someLookUps, async (lookUps) => {
      const found = await Promise.all(lookUps.map((lookUp) => together.load(lookUp)));
      const alone = await Promise.all(
        lookUps.map(({ readModel, id, condition }) =>
          collection(readModel).findOne({ _id: id, ...condition }),
        ),
      );
      expect(found.map((document) => document ?? null)).toEqual(alone);
    }),
  );
});
