import { createTcpProxy, createTestMongo, type TestMongo } from '@tidemark/test-servers';
import {
  connectMongoReadStore,
  isReadStoreUnavailable,
  ReadStoreUnavailableError,
  type MongoReadStore,
} from '@tidemark/projections';
import { orderList, type OrderListDocument } from './order-list';

let database: TestMongo;
let store: MongoReadStore;

beforeAll(async () => {
  database = await createTestMongo();
  store = await connectMongoReadStore(database.url, { applicationName: 'read-models.int' });
});
afterAll(async () => {
  await store.close();
  await database.drop();
});
beforeEach(async () => {
  await store.db.dropDatabase();
});

function entry(_id: string, change: Partial<OrderListDocument> = {}): OrderListDocument {
  return {
    _id,
    partition: 0,
    position: 1,
    orderNumber: 'TM-00000-00000',
    customerId: 'C1',
    customerName: 'Ada',
    customerEmail: 'ada@example.org',
    status: 'PENDING',
    totalAmount: { amount: 100, currency: 'EUR' },
    itemCount: 1,
    createdAt: new Date('2026-01-01T00:00:00Z'),
    updatedAt: new Date('2026-01-01T00:00:00Z'),
    version: 1,
    ...change,
  };
}

const ordersIn = ({ db }: MongoReadStore) => db.collection<OrderListDocument>('order_list_v1_g1');
const orders = () => ordersIn(store);

describe('a read model in MongoDB', () => {
  it('keeps documents as they are: dates as dates, absent fields absent, large amounts exact', async () => {
    const document = entry('a', { totalAmount: { amount: Number.MAX_SAFE_INTEGER, currency: 'EUR' } });
    await orders().insertOne({ ...document, customerName: undefined as never });
    const found = await orders().findOne({ _id: 'a' });
    expect(found).toEqual({ ...document, customerName: undefined });
    expect(found).not.toHaveProperty('customerName');
  });

  it('finds documents in a range of time, in order of time', async () => {
    const days = ['2026-01-03', '2026-01-01', '2026-01-02', '2026-01-04'];
    await orders().insertMany(days.map((day) => entry(day, { createdAt: new Date(`${day}T12:00:00Z`) })));
    const found = await orders()
      .find({ createdAt: { $gte: new Date('2026-01-02T12:00:00Z'), $lt: new Date('2026-01-04T12:00:00Z') } })
      .sort({ createdAt: -1, _id: -1 })
      .toArray();
    expect(found.map(({ _id }) => _id)).toEqual(['2026-01-03', '2026-01-02']);
  });
});

describe('connectMongoReadStore', () => {
  it('asks for writes that a majority has on disk, and for reads that cannot be rolled back', () => {
    expect(store.db.writeConcern).toMatchObject({ w: 'majority', journal: true });
    expect(store.db.readConcern).toMatchObject({ level: 'majority' });
  });

  it('throws ReadStoreUnavailableError when no server answers', async () => {
    const options = { applicationName: 'read-models.int', serverSelectionTimeoutMs: 50 };
    const failure: unknown = await connectMongoReadStore('mongodb://127.0.0.1:1/nowhere', options).catch(
      (e) => e,
    );
    expect(failure).toBeInstanceOf(ReadStoreUnavailableError);
    expect(failure).toMatchObject({ code: 'store_unavailable', retryable: true });
    expect(isReadStoreUnavailable(failure)).toBe(true);
  });

  it('closes the connection to a silent server', async () => {
    const proxy = await createTcpProxy(database.url);
    const patient = await connectMongoReadStore(proxy.url, {
      applicationName: 'read-models.int',
      serverSelectionTimeoutMs: 1_000,
      answerTimeoutMs: 100,
    });
    try {
      proxy.hang();
      const failure: unknown = await patient.db
        .collection('any')
        .findOne({})
        .catch((e) => e);
      expect(isReadStoreUnavailable(failure)).toBe(true);
    } finally {
      await patient.close();
      await proxy.close();
    }
  });

  it('distinguishes a lost connection from a refusal', async () => {
    await store.projections.documents.prepare(orderList, 'order_list_v1_g1');
    await orders().insertOne(entry('a'));
    const refused: unknown = await orders()
      .insertOne(entry('a'))
      .catch((e) => e);
    expect(refused).toMatchObject({ code: 11000 });
    expect(isReadStoreUnavailable(refused)).toBe(false);

    const short = await connectMongoReadStore(database.url, { applicationName: 'read-models.int' });
    await short.close();
    const lost: unknown = await ordersIn(short)
      .findOne({ _id: 'a' })
      .catch((e) => e);
    expect(isReadStoreUnavailable(lost)).toBe(true);
  });
});
