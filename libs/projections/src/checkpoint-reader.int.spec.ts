import { createTestMongo, type TestMongo } from '@tidemark/testing';
import { MongoClient } from 'mongodb';
import { CheckpointReader } from './checkpoint-reader';
import { MongoGroupStore } from './mongo-group-store';

const group = 'projections';
let database: TestMongo;
let client: MongoClient;
let store: MongoGroupStore;
let reader: CheckpointReader;

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url);
  store = new MongoGroupStore(client.db(), group);
  reader = new CheckpointReader({ db: client.db(), group, pollIntervalMs: 5 });
});
afterAll(async () => {
  await client.close();
  await database.drop();
});
beforeEach(async () => {
  await client.db().dropDatabase();
});

async function advance(partition: number, from: number, to: number): Promise<void> {
  const lease = (await store.acquire(partition, 'a', 60_000))!;
  await store.advance(lease, { position: from }, { position: to, eventId: `e${to}` });
}

describe('CheckpointReader', () => {
  it('does not wait for what is there', async () => {
    await advance(0, 0, 5);
    await advance(1, 0, 2);
    expect(await reader.waitFor([], 0)).toBe(true);
    const positions = [
      { partition: 0, position: 5 },
      { partition: 1, position: 1 },
    ];
    expect(await reader.waitFor(positions, 0)).toBe(true);
  });

  it('answers as soon as the last of the partitions has come so far', async () => {
    await advance(0, 0, 5);
    let answered = false;
    const waiting = reader
      .waitFor(
        [
          { partition: 0, position: 6 },
          { partition: 1, position: 1 },
        ],
        30_000,
      )
      .finally(() => (answered = true));
    await advance(0, 5, 6);
    expect(answered).toBe(false);
    await advance(1, 0, 3);
    expect(await waiting).toBe(true);
  });

  it('gives up when the time is over, also on a partition that nobody has worked on', async () => {
    await advance(0, 0, 5);
    expect(await reader.waitFor([{ partition: 0, position: 6 }], 30)).toBe(false);
    expect(await reader.waitFor([{ partition: 9, position: 1 }], 0)).toBe(false);
  });
});
