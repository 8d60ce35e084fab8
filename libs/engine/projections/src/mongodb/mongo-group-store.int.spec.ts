import { describeGroupStore } from '@tidemark/messaging/contract-suites';
import { createTestMongo, type TestMongo } from '@tidemark/test-servers';
import { MongoClient } from 'mongodb';
import { DocumentStoreUnavailableError } from '../errors';
import { MongoGroupStore } from './mongo-group-store';

let database: TestMongo;
let client: MongoClient;

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url);
});
afterAll(async () => {
  await client.close();
  await database.drop();
});

async function loseEverything(): Promise<void> {
  await client.db().dropDatabase();
}

describeGroupStore('MongoGroupStore', async () => {
  await loseEverything();
  return {
    store: new MongoGroupStore(client.db(), 'one'),
    otherGroup: new MongoGroupStore(client.db(), 'two'),
    loseEverything,
    async stepClock(byMs) {
      for (const name of ['consumer_members', 'consumer_partitions']) {
        const collection = client.db().collection(name);
        for (const { _id, touchedAt } of await collection.find({ touchedAt: { $exists: true } }).toArray()) {
          const moved = new Date((touchedAt as Date).getTime() - byMs);
          await collection.updateOne({ _id }, { $set: { touchedAt: moved } });
        }
      }
    },
    async dispose() {},
  };
});

describe('MongoGroupStore', () => {
  it('throws its own retryable fault if the server is gone', async () => {
    const elsewhere = new MongoClient('mongodb://127.0.0.1:1/nowhere', { serverSelectionTimeoutMS: 50 });
    const failure: unknown = await new MongoGroupStore(elsewhere.db(), 'one')
      .loadCheckpoint(0)
      .catch((e) => e);
    expect(failure).toBeInstanceOf(DocumentStoreUnavailableError);
    expect(failure).toMatchObject({ code: 'store_unavailable', retryable: true });
    await elsewhere.close();
  });
});
