import { eventCodec } from '@tidemark/contracts';
import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint, GroupStore, Lease } from '@tidemark/messaging';
import {
  abilityOf,
  generationName,
  GenerationRegistry,
  GroupFeed,
  type ProjectedDocument,
} from '@tidemark/projections';
import { connectMongoReadStore, readModels, type MongoReadStore } from '@tidemark/read-models';
import { createTestMongo, type TestMongo } from '@tidemark/test-servers';
import type { Document } from 'mongodb';
import { logOf } from './given-events.fixture';
import { projections } from './projections';
import { contactChanged, event, mug, orderCreated } from './sample-events.fixture';

const orders = 100_000;
const group = 'projections';
const fannedOut = [readModels.order_list, readModels.order_details];
const collectionOf = (name: string) =>
  generationName(name, { version: projections.find((one) => one.name === name)!.version, generation: 1 });

let database: TestMongo;
let readStore: MongoReadStore;
let handler: GroupFeed;
let store: GroupStore;

beforeAll(async () => {
  database = await createTestMongo();
  readStore = await connectMongoReadStore(database.url, { applicationName: 'contact-of-many-orders.long' });
  const { projections: projectionStore } = readStore;
  store = projectionStore.group(group, projections.map(abilityOf));
  handler = new GroupFeed({
    store: projectionStore,
    group,
    projections,
    registry: new GenerationRegistry(projectionStore),
    documents: projectionStore.documents,
    parked: projectionStore.parked(group),
    log: { readPartition: () => Promise.resolve([]) },
    codec: eventCodec,
  });
});
afterAll(async () => {
  await readStore.close();
  await database.drop();
});

/** The number of the customer's orders. Their documents are copies of a single document that the projection made. */
async function fill(): Promise<void> {
  for (const model of fannedOut) {
    const { name } = model;
    const collection = readStore.db.collection(collectionOf(name));
    await readStore.projections.documents.prepare(model, collectionOf(name));
    const [made] = (await collection.find().toArray()) as Document[];
    await collection.deleteMany({});
    for (let from = 0; from < orders; from += 5_000) {
      await collection.insertMany(
        Array.from({ length: 5_000 }, (_, n) => ({
          ...made,
          _id: String(from + n).padStart(12, '0') as never,
        })),
      );
    }
  }
}

const changedIn = (name: string) =>
  readStore.db
    .collection(collectionOf(name))
    .countDocuments(
      name === 'order_list' ? { customerName: 'Ada Lovelace' } : { 'customer.name': 'Ada Lovelace' },
    );

it('reaches all of them in chunks, continues where it was stopped, and delays no other partition', async () => {
  const [created, changed, elsewhere] = logOf(
    orderCreated(),
    contactChanged,
    event('StockReceived', { productId: mug, quantity: 1, onHand: 1, reserved: 0 }),
  );
  const [hers, other] = [
    await store.acquire(0, 'test', 3_600_000),
    await store.acquire(1, 'test', 3_600_000),
  ];
  const start = await apply(hers!, { position: 0 }, created!);
  await fill();

  const startedAt = performance.now();
  const stop = new AbortController();
  const first = apply(hers!, start, changed!, stop.signal);
  await apply(other!, { position: 0 }, elsewhere!);
  const otherTookMs = performance.now() - startedAt;
  expect(await changedIn('order_list')).toBeLessThan(orders);
  setTimeout(() => stop.abort(), 2_000);
  await expect(first).rejects.toThrow();
  const reached = (await changedIn('order_list')) + (await changedIn('order_details'));
  expect(reached).toBeGreaterThan(0);
  expect(reached).toBeLessThan(2 * orders);

  await apply(hers!, start, changed!);
  const seconds = (performance.now() - startedAt) / 1_000;
  process.stdout.write(
    `${orders} orders in ${seconds.toFixed(1)} s; another partition waited ${otherTookMs.toFixed(0)} ms\n`,
  );
  for (const { name } of fannedOut) {
    expect(await changedIn(name)).toBe(orders);
    const collection = readStore.db.collection<ProjectedDocument>(collectionOf(name));
    expect(await collection.countDocuments({ position: changed!.position })).toBe(orders);
  }
}, 900_000);

async function apply(
  lease: Lease,
  after: Checkpoint,
  envelope: EventEnvelope,
  signal = new AbortController().signal,
): Promise<Checkpoint> {
  const to = { position: envelope.position, eventId: envelope.eventId };
  await handler.handle({ lease, after, to, events: [envelope] }, signal);
  return to;
}
