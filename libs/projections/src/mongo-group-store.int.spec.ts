import { LeaseLostError } from '@tidemark/messaging';
import { describeGroupStore } from '@tidemark/messaging/contract-suites';
import { createTestMongo, type TestMongo } from '@tidemark/testing';
import { MongoClient } from 'mongodb';
import { DocumentStoreUnavailableError } from './errors';
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
    async dispose() {},
  };
});

describe('MongoGroupStore', () => {
  let store: MongoGroupStore;

  beforeEach(async () => {
    await loseEverything();
    store = new MongoGroupStore(client.db(), 'one');
  });

  it('confirms a checkpoint to the latest lease only, and only where it is', async () => {
    const first = (await store.acquire(0, 'a', 60_000))!;
    await store.confirm(first, { position: 0 });
    await expect(store.confirm(first, { position: 1, eventId: 'e1' })).rejects.toBeInstanceOf(LeaseLostError);

    const second = (await store.acquire(0, 'a', 60_000))!;
    await store.confirm(second, { position: 0 });
    await expect(store.confirm(first, { position: 0 })).rejects.toBeInstanceOf(LeaseLostError);
  });

  it('confirms nothing to an owner whose database was lost, although the next lease is its own again', async () => {
    const before = (await store.acquire(0, 'a', 60_000))!;
    await loseEverything();
    await expect(store.confirm(before, { position: 0 })).rejects.toBeInstanceOf(LeaseLostError);
    const after = (await store.acquire(0, 'a', 60_000))!;
    expect(after.epoch).not.toBe(before.epoch);
    await expect(store.confirm(before, { position: 0 })).rejects.toBeInstanceOf(LeaseLostError);
  });

  it('throws a retryable fault of its own when the server is gone', async () => {
    const elsewhere = new MongoClient('mongodb://127.0.0.1:1/nowhere', { serverSelectionTimeoutMS: 50 });
    const failure: unknown = await new MongoGroupStore(elsewhere.db(), 'one')
      .loadCheckpoint(0)
      .catch((e) => e);
    expect(failure).toBeInstanceOf(DocumentStoreUnavailableError);
    expect(failure).toMatchObject({ code: 'store_unavailable', retryable: true });
    await elsewhere.close();
  });
});
