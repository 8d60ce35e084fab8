import { parkedStream } from '@tidemark/messaging';
import { describeParkedStore } from '@tidemark/messaging/contract-suites';
import { createTestMongo, type TestMongo } from '@tidemark/test-servers';
import { MongoClient } from 'mongodb';
import { logOf, weatherChanged } from '../board.fixture';
import { DocumentStoreUnavailableError } from '../errors';
import { MongoGroupStore } from './mongo-group-store';
import { MongoParkedStore } from './mongo-parked-store';

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

describeParkedStore('MongoParkedStore', async () => {
  const db = client.db();
  await db.dropDatabase();
  const store = new MongoParkedStore(db, 'one');
  await MongoParkedStore.ensureIndexes(db);
  return { store, groupStore: new MongoGroupStore(db, 'one'), otherGroup: new MongoParkedStore(db, 'two') };
});

describe('MongoParkedStore', () => {
  it('parks a stream once if it dies between the record and the checkpoint', async () => {
    const db = client.db();
    await db.dropDatabase();
    const group = new MongoGroupStore(db, 'one');
    const store = new MongoParkedStore(db, 'one');
    const lease = (await group.acquire(0, 'a', 60_000))!;
    const [event] = logOf([weatherChanged]);
    const failure = { error: new Error('no'), attempts: 1 };
    const stream = parkedStream('one', lease, event!, failure, '2026-01-01T00:00:00.000Z');
    const to = { position: 1, eventId: event!.eventId };
    jest
      .spyOn(MongoGroupStore.prototype, 'advance')
      .mockRejectedValueOnce(new DocumentStoreUnavailableError(undefined));
    await expect(store.park(lease, stream, { position: 0 }, to)).rejects.toThrow(
      DocumentStoreUnavailableError,
    );
    expect(await group.loadCheckpoint(0)).toEqual({ position: 0 });
    expect(await store.load(lease)).toEqual([stream]);

    const again = parkedStream('one', lease, event!, failure, '2026-01-02T00:00:00.000Z');
    await store.park(lease, again, { position: 0 }, to);
    expect(await group.loadCheckpoint(0)).toEqual(to);
    expect(await store.load(lease)).toEqual([stream]);
  });
});
