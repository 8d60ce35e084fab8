import 'reflect-metadata';
import type { CustomerId } from '@tidemark/customers';
import { allContracts, eventCodec, partitionKeyOf, type TidemarkEvent } from '@tidemark/domain';
import { EventStore, migrateEventStore, PostgresEventStore } from '@tidemark/event-store';
import { aggregateIdOf, defineEvent, EventCodec, money, type EventEnvelope } from '@tidemark/kernel';
import { BrokerConnection, OutboxRelay, PostgresGroupStore, groupStoreTables } from '@tidemark/messaging';
import type { OrderId } from '@tidemark/ordering';
import { createService } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import { foldAll } from '@tidemark/projections';
import { connectReadStore, readModelIndexes, type ReadStore } from '@tidemark/read-models';
import { createTestStorage, eventually, issueToken, newAuthKey, type TestStorage } from '@tidemark/testing';
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppModule } from './app.module';
import { loadProjectionServiceConfig } from './config';
import { logOf } from './given-events.fixture';
import { projections } from './projections';
import {
  contactChanged,
  event,
  line,
  mug,
  orderCreated,
  orderDelivered,
  orderId,
  orderPaid,
  orderShipped,
  paymentCaptured,
  paymentRequested,
  shipmentCreated,
  shipmentDispatched,
} from './sample-events.fixture';

const partitions = 4;
const reader = 'tidemark_event_store_reader';
const authKey = newAuthKey();

let storage: TestStorage;
let pool: ReturnType<typeof createPool>;
let log: EventStore;
let broker: BrokerConnection;
let relay: OutboxRelay;
let readStore: ReadStore;

beforeAll(async () => {
  storage = await createTestStorage();
  await migrateEventStore({ databaseUrl: storage.databaseUrl, partitions });
  pool = createPool({ url: storage.databaseUrl, applicationName: 'projection-service.int' });
  await pool.query(groupStoreTables('event_store'));
  log = new PostgresEventStore({ pool, codec: eventCodec, partitions });
  readStore = await connectReadStore(storage.mongodbUrl, { applicationName: 'projection-service.int' });
  broker = new BrokerConnection({ url: storage.amqpUrl });
  relay = new OutboxRelay({
    broker,
    log,
    partitions,
    prefix: storage.amqpPrefix,
    groups: ['projections'],
    store: new PostgresGroupStore({ pool, schema: 'event_store', group: 'relay' }),
    pollIntervalMs: 50,
    leaseMs: 1_000,
  });
  relay.start();
});
afterAll(async () => {
  await relay.stop();
  await broker.close();
  await readStore.close();
  await pool.end();
  await storage.drop();
});

function startService() {
  const config = loadProjectionServiceConfig({
    AUTH_LOCAL_KEY: authKey,
    LOG_LEVEL: 'fatal',
    EVENT_STORE_DATABASE_URL: `${storage.databaseUrl}?options=${encodeURIComponent(`-c role=${reader}`)}`,
    MONGODB_URL: storage.mongodbUrl,
    AMQP_URL: storage.amqpUrl,
    AMQP_PREFIX: storage.amqpPrefix,
    LEASE_MS: '1000',
    IDLE_CHECK_MS: '100',
    MAX_BATCH: '7',
    PARK_AFTER_ATTEMPTS: '2',
    RETRY_MIN_BACKOFF_MS: '1',
    RETRY_MAX_BACKOFF_MS: '5',
  });
  return createService({
    name: 'projection-service',
    description: 'under test',
    config,
    module: (settings) => AppModule.forRoot(settings),
  });
}

type Service = Awaited<ReturnType<typeof startService>>;

async function append(...events: readonly TidemarkEvent[]): Promise<void> {
  for (const [index, { streamId, streamType }] of logOf(...events).entries()) {
    await log.append({
      streamType,
      aggregateId: aggregateIdOf(streamId),
      partitionKey: partitionKeyOf(events[index]!),
      expectedVersion: 'any',
      events: [events[index]!],
      command: {
        commandId: randomUUID(),
        commandHash: createHash('sha256').update(streamId).digest('hex'),
        correlationId: 'test',
        actor: 'test',
      },
    });
  }
}

/** Orders of several customers, some of whom change their contact halfway. */
async function appendOrders(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const id = randomUUID() as OrderId;
    const customerId = `customer-${i % 5}` as CustomerId;
    const customer = { id: customerId, name: 'Before', email: 'before@example.org' };
    await append(orderCreated({ orderId: id, customerId, customer, lines: [line(mug, 1 + i, 100)] }));
    if (i % 2 === 0) {
      await append(orderPaid({ orderId: id, customerId, amount: money(100 * (1 + i), 'EUR') }));
    }
    if (i % 4 === 0) {
      const contact = { name: `After ${i}`, email: `after-${i}@example.org` };
      await append(event('CustomerContactChanged', { customerId, ...contact }));
    }
  }
}

async function wholeLog(): Promise<EventEnvelope[]> {
  const heads = [...(await log.heads())];
  return (
    await Promise.all(heads.map(([partition, head]) => log.readPartition(partition, 1, head + 1)))
  ).flat();
}

async function expectDocumentsToEqualTheFold(): Promise<void> {
  const events = await wholeLog();
  await eventually(
    async () => {
      for (const projection of projections) {
        const folded = [...foldAll(projection, events).values()];
        const stored = await readStore.db.collection(projection.name).find().sort({ _id: 1 }).toArray();
        expect(stored).toEqual(folded.sort((a, b) => (a._id < b._id ? -1 : 1)));
      }
    },
    { timeoutMs: 30_000 },
  );
}

async function projectionStatus(app: Service) {
  const token = await issueToken(authKey, { role: 'admin' });
  const response = await app.inject({
    url: '/admin/projections',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.statusCode).toBe(200);
  return response.json<{
    items: { name: string; state: string; partitions: { head: number; lag: number; owner?: string }[] }[];
  }>();
}

describe('projection-service', () => {
  let app: Service;

  beforeAll(async () => {
    await append(
      orderCreated(),
      paymentRequested(),
      paymentCaptured(),
      orderPaid(),
      event('StockReceived', { productId: mug, quantity: 5, onHand: 5, reserved: 0 }),
      event('InventoryReserved', { productId: mug, orderId, quantity: 2, onHand: 5, reserved: 2 }),
      shipmentCreated,
    );
    app = await startService();
    await app.init();
  });
  afterAll(() => app.close());

  it('brings what was written before it started, and what is written while it runs, into the read models', async () => {
    await expectDocumentsToEqualTheFold();
    await append(shipmentDispatched, orderShipped, orderDelivered, contactChanged);
    await appendOrders(20);
    await expectDocumentsToEqualTheFold();
    expect(await readStore.db.collection('order_details').countDocuments()).toBe(21);
  });

  it('says how far every read model has come, to an admin', async () => {
    await eventually(async () => {
      const { items } = await projectionStatus(app);
      expect(items.map(({ name, state }) => [name, state])).toEqual(
        projections.map(({ name }) => [name, 'RUNNING']),
      );
      for (const { partitions: all } of items) {
        expect(all).toHaveLength(partitions);
        expect(all.map(({ lag }) => lag)).toEqual([0, 0, 0, 0]);
        expect(all.every(({ owner }) => owner !== undefined)).toBe(true);
      }
      expect(items[0]!.partitions.reduce((sum, { head }) => sum + head, 0)).toBe((await wholeLog()).length);
    });
    const token = await issueToken(authKey, { role: 'operator' });
    const headers = { authorization: `Bearer ${token}` };
    expect((await app.inject({ url: '/admin/projections', headers })).statusCode).toBe(403);
    expect((await app.inject({ url: '/admin/projections' })).statusCode).toBe(401);
  });

  it('is ready, and measures its work and its lag', async () => {
    await eventually(async () => expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(200));
    const metrics = (await app.inject({ url: '/metrics' })).body;
    expect(metrics).toMatch(/^tidemark_projection_events_total\{.*\} [1-9]/m);
    expect(metrics).toMatch(/^tidemark_projection_lag_events\{.*partition="3".*\} 0$/m);
  });

  it('fills a database that lost everything again, indexes included, while events go on', async () => {
    await expectDocumentsToEqualTheFold();
    await readStore.db.dropDatabase();
    await appendOrders(5);
    await expectDocumentsToEqualTheFold();
    for (const [name, indexes] of Object.entries(readModelIndexes)) {
      const existing = (await readStore.db.collection(name).indexes()).map((index) => index.name);
      expect(existing).toEqual(expect.arrayContaining(indexes.map((index) => index.name)));
    }
  });

  it('shares the partitions with a second replica, and hands them back in order', async () => {
    const second = await startService();
    await second.init();
    try {
      await eventually(async () => {
        const { items } = await projectionStatus(second);
        expect(new Set(items[0]!.partitions.map(({ owner }) => owner)).size).toBe(2);
      });
      await appendOrders(5);
    } finally {
      await second.close();
    }
    await appendOrders(5);
    await expectDocumentsToEqualTheFold();
  });
});

describe('an event that the projection-service does not know', () => {
  const product = 'unheard-of';
  let app: Service;

  beforeAll(async () => {
    app = await startService();
    await app.init();
  });
  afterAll(() => app.close());

  async function send(method: 'GET' | 'POST', url: string) {
    const authorization = `Bearer ${await issueToken(authKey, { role: 'operator' })}`;
    const answer = await app.inject({ method, url, headers: { authorization } });
    // What the test looks for and is not there fails the expectation.
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  }

  /** By a newer version of the write side. */
  async function appendUnknown(): Promise<void> {
    const codec = new EventCodec([...allContracts, defineEvent('StockWeighed', z.object({}))]);
    await new PostgresEventStore({ pool, codec, partitions }).append({
      streamType: 'StockItem',
      aggregateId: product,
      partitionKey: product,
      expectedVersion: 'any',
      events: [{ type: 'StockWeighed', data: {} }],
      command: {
        commandId: randomUUID(),
        commandHash: '00'.repeat(32),
        correlationId: 'test',
        actor: 'test',
      },
    });
  }

  const received = (productId: string, onHand: number) =>
    event('StockReceived', { productId, quantity: 1, onHand, reserved: 0 } as never);
  const stock = (productId: string) =>
    readStore.db.collection<{ _id: string }>('stock_levels').findOne({ _id: productId });

  it('parks its stream, shows it, and lets an operator give it up', async () => {
    await append(received(product, 1));
    await appendUnknown();
    await append(received(product, 2), received('other', 7));

    const item = await eventually(async () => {
      const { status, body } = await send('GET', '/admin/parked');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        items: [
          {
            group: 'projections',
            streamId: `StockItem-${product}`,
            status: 'PARKED',
            error: { code: 'unknown_event_type' },
            event: { version: 2, type: 'StockWeighed' },
            waiting: 1,
            attempts: 2,
          },
        ],
      });
      return (body['items'] as { id: string; partition: number }[])[0]!;
    });
    await eventually(async () => expect(await stock('other')).toMatchObject({ onHand: 7 }));
    expect(await stock(product)).toMatchObject({ onHand: 1 });
    const { items } = await projectionStatus(app);
    expect(items[0]!.partitions[item.partition]).toMatchObject({ parkedStreams: 1 });
    expect((await app.inject({ url: '/metrics' })).body).toMatch(
      new RegExp(`^tidemark_projection_parked_streams\\{.*partition="${item.partition}".*\\} 1$`, 'm'),
    );

    expect(await send('POST', `/admin/parked/${item.id}/discard`)).toMatchObject({
      status: 202,
      body: { id: item.id, status: 'DISCARD_REQUESTED' },
    });
    await eventually(async () => {
      const { body } = await send('GET', `/admin/parked/${item.id}`);
      expect(body).toMatchObject({
        status: 'RESOLVED',
        acts: [
          { act: 'parked' },
          { act: 'discard_requested', actor: 'local-operator' },
          { act: 'discarded' },
          { act: 'retried' },
        ],
      });
    });
    expect(await stock(product)).toMatchObject({ onHand: 2 });
    await append(received(product, 3));
    await eventually(async () => expect(await stock(product)).toMatchObject({ onHand: 3 }));
  });
});
