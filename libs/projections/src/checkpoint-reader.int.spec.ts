import { movedOn, parkedStream } from '@tidemark/messaging';
import { createTestMongo, type TestMongo } from '@tidemark/testing';
import { MongoClient } from 'mongodb';
import { logOf, weatherChanged } from './board.fixture';
import { CheckpointReader } from './checkpoint-reader';
import { MongoGroupStore } from './mongo-group-store';
import { MongoParkedStore } from './mongo-parked-store';

const group = 'projections';
/** Two streams, in turn. */
const log = logOf(Array.from({ length: 6 }, () => weatherChanged)).map((event) => ({
  ...event,
  streamId: event.position % 2 ? 'Odd' : 'Even',
}));
let database: TestMongo;
let client: MongoClient;
let store: MongoGroupStore;
let reader: CheckpointReader;

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url);
  store = new MongoGroupStore(client.db(), group);
  const readPartition = (_: number, from: number) => Promise.resolve(log.slice(from - 1, from));
  reader = new CheckpointReader({ db: client.db(), group, log: { readPartition }, pollIntervalMs: 5 });
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

  it('waits for an event of a parked stream until that is retried, and for no other', async () => {
    const parked = new MongoParkedStore(client.db(), group);
    const lease = (await store.acquire(0, 'a', 60_000))!;
    await store.advance(lease, { position: 0 }, { position: 2, eventId: 'e2' });
    const failure = { error: new Error('no'), attempts: 1 };
    const stream = parkedStream(group, lease, log[2]!, failure, '2026-01-01T00:00:00.000Z');
    await parked.park(lease, stream, { position: 2 }, { position: 3, eventId: 'e3' });
    await store.advance(lease, { position: 3 }, { position: 6, eventId: 'e6' });

    const contains = (position: number) => reader.waitFor([{ partition: 0, position }], 0);
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map(contains))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
    const waited = reader.waitFor([{ partition: 0, position: 5 }], 5_000);
    await parked.replace(lease, stream, movedOn(stream, undefined, 'a', '2026-01-02T00:00:00.000Z'));
    expect(await waited).toBe(true);
  });
});
