import 'reflect-metadata';
import type { CustomerId } from '@tidemark/customers';
import { allContracts, eventCodec, partitionKeyOf, type TidemarkEvent } from '@tidemark/contracts';
import { EventStore, migrateEventStore, PostgresEventStore } from '@tidemark/event-store';
import { aggregateIdOf, constant, defineEvent, EventCodec, type EventEnvelope } from '@tidemark/kernel';
import { money } from '@tidemark/kernel/money';
import {
  BrokerConnection,
  MessageKeys,
  RelayGroup,
  PostgresGroupStore,
  groupStoreTables,
  messageKeysText,
} from '@tidemark/messaging';
import type { OrderId } from '@tidemark/ordering';
import { AdminPort, createService, injectByPath } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import { foldAll, type ProjectedDocument } from '@tidemark/projections';
import { readModels, type OrderDetailsDocument } from '@tidemark/read-models';
import {
  createTestStorage,
  eventually,
  issueToken,
  newAuthKey,
  newMessageKeys,
  postgresUrlAs,
  serviceLogins,
  testServer,
  type Role,
  type TestStorage,
} from '@tidemark/test-servers';
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppModule } from './app.module';
import { loadProjectionServiceConfig } from './config';
import { logOf } from './given-events.fixture';
import { projections } from './projections';
import { openReadSide, type TestReadSide } from './testing/read-side.fixture';
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
const authKey = newAuthKey();
const messageKeys = newMessageKeys();

let storage: TestStorage;
let readerUrl: string;
let pool: ReturnType<typeof createPool>;
let log: EventStore;
let broker: BrokerConnection | undefined;
let relay: RelayGroup | undefined;
let readSide: TestReadSide;

beforeAll(async () => {
  storage = await createTestStorage();
  const login = serviceLogins(storage.databaseUrl)['projection-service'];
  await migrateEventStore({ databaseUrl: storage.databaseUrl, partitions, logins: { reader: [login] } });
  readerUrl = postgresUrlAs(storage.databaseUrl, login);
  pool = createPool({ url: storage.databaseUrl, applicationName: 'projection-service.int' });
  await pool.query(groupStoreTables('event_store'));
  log = new PostgresEventStore({ pool, codec: eventCodec, partitions });
  readSide = await openReadSide(storage);
  broker = storage.amqpUrl === undefined ? undefined : new BrokerConnection({ url: storage.amqpUrl });
  relay = broker && relayBy(broker);
  relay?.start();
});
afterAll(async () => {
  await relay?.stop();
  await broker?.close();
  await readSide.close();
  await pool.end();
  await storage.drop();
});

function relayBy(broker: BrokerConnection): RelayGroup {
  return new RelayGroup({
    broker,
    keys: new MessageKeys(constant(messageKeysText.parse(messageKeys))),
    log,
    partitions,
    prefix: storage.amqpPrefix,
    groups: ['projections'],
    store: new PostgresGroupStore({ pool, schema: 'event_store', group: 'relay' }),
    pollIntervalMs: 50,
    leaseMs: 1_000,
  });
}

function startService(env: Readonly<Record<string, string>> = {}) {
  const config = loadProjectionServiceConfig({
    AUTH_LOCAL_KEY: authKey,
    LOG_LEVEL: 'fatal',
    EVENT_STORE_DATABASE_URL: readerUrl,
    ...readSide.env,
    ...(storage.amqpUrl !== undefined && { AMQP_URL: storage.amqpUrl }),
    MESSAGE_KEYS: messageKeys,
    AMQP_PREFIX: storage.amqpPrefix,
    LEASE_MS: '1000',
    IDLE_CHECK_MS: '100',
    GENERATION_CHECK_MS: '50',
    MAX_BATCH: '7',
    PARK_AFTER_ATTEMPTS: '2',
    RETRY_MIN_BACKOFF_MS: '1',
    RETRY_MAX_BACKOFF_MS: '5',
    ...env,
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

async function liveDocuments(name: string): Promise<readonly ProjectedDocument[]> {
  return readSide.stored(await readSide.live(name));
}

/** The position of a repaired document differs from that of a document that was folded event by event. */
function content(document: object): object {
  return { ...document, position: undefined };
}

async function expectDocumentsToEqualTheFold(): Promise<void> {
  const events = await wholeLog();
  await eventually(async () => {
    for (const projection of projections) {
      const folded = [...foldAll(projection, events).values()];
      const stored = await liveDocuments(projection.name);
      expect(stored.map(content)).toEqual(folded.sort((a, b) => (a._id < b._id ? -1 : 1)).map(content));
    }
  });
}

async function projectionStatus(app: Service) {
  const token = await issueToken(authKey, { role: 'admin' });
  const response = await injectByPath(app, {
    url: '/admin/projections',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.statusCode).toBe(200);
  return response.json<{
    items: {
      name: string;
      state: string;
      generation: number;
      partitions: { head: number; lag: number; owner?: string }[];
    }[];
  }>();
}

async function ask(app: Service, method: 'GET' | 'POST', url: string, role: Role = 'admin') {
  const authorization = `Bearer ${await issueToken(authKey, { role })}`;
  const answer = await injectByPath(app, { method, url, headers: { authorization } });
  // A missing field fails the expectation.
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
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

  it('projects the events from before its start and the events while it runs', async () => {
    await expectDocumentsToEqualTheFold();
    await append(shipmentDispatched, orderShipped, orderDelivered, contactChanged);
    await appendOrders(20);
    await expectDocumentsToEqualTheFold();
    expect(await liveDocuments('order_details')).toHaveLength(21);
  });

  it('shows the progress of every read model to an admin', async () => {
    await eventually(async () => {
      const { items } = await projectionStatus(app);
      expect(items.map(({ name, state }) => [name, state])).toEqual(
        projections.map(({ name }) => [name, 'RUNNING']).sort(),
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
    expect((await injectByPath(app, { url: '/admin/projections', headers })).statusCode).toBe(403);
    expect((await injectByPath(app, { url: '/admin/projections' })).statusCode).toBe(401);
  });

  it('is ready, and exports metrics of its work and its lag', async () => {
    await eventually(async () => expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(200));
    const metrics = (await injectByPath(app, { url: '/metrics' })).body;
    expect(metrics).toMatch(/^tidemark_projection_events_total\{.*\} [1-9]/m);
    expect(metrics).toMatch(/^tidemark_projection_lag_events\{.*partition="3".*\} 0$/m);
  });

  it('refills a database that lost everything, with its indexes, while events continue', async () => {
    await expectDocumentsToEqualTheFold();
    await readSide.loseEverything();
    await appendOrders(5);
    await expectDocumentsToEqualTheFold();
    for (const { name, indexes } of Object.values(readModels)) {
      expect(await readSide.indexesOf(await readSide.live(name))).toEqual(
        expect.arrayContaining(Object.keys(indexes)),
      );
    }
  });

  it('continues from the log when every queue is purged', async () => {
    testServer('rabbitmq');
    const purging = broker!.openChannel('plain').then(async (channel) => {
      for (let partition = 0; partition < partitions; partition += 1) {
        await channel.purgeQueue(`${storage.amqpPrefix}.events.projections.${partition}`);
      }
      await channel.close();
    });
    await Promise.all([appendOrders(10), purging]);
    await expectDocumentsToEqualTheFold();
  });

  it('rebuilds a read model while events continue, and can roll back', async () => {
    const asked = await ask(app, 'POST', '/admin/projections/order_list/rebuild');
    expect(asked).toMatchObject({
      status: 202,
      body: { projection: 'order_list', state: 'REQUESTED', requestedBy: 'local-admin' },
    });
    await appendOrders(10);
    await eventually(async () => {
      const { status, body } = await ask(app, 'GET', `/admin/rebuilds/${String(asked.body['id'])}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ state: 'DONE', eventsPerSecond: expect.any(Number) });
      expect(body['eventsDone']).toBe(body['eventsTotal']);
    });
    const { items } = await projectionStatus(app);
    const built = items.find(({ name }) => name === 'order_list')!;
    expect(built).toMatchObject({ generation: asked.body['generation'] });
    await appendOrders(3);
    await expectDocumentsToEqualTheFold();

    const back = await ask(app, 'POST', '/admin/projections/order_list/rollback');
    expect(back).toMatchObject({ status: 200, body: { version: 1 } });
    expect(back.body['generation']).toBeLessThan(Number(asked.body['generation']));
    await expectDocumentsToEqualTheFold();
    const metrics = (await injectByPath(app, { url: '/metrics' })).body;
    expect(metrics).toMatch(/^tidemark_projection_generation\{.*read_model="order_list".*\} \d+$/m);
  });

  it('finds, heals and counts a document that is not the fold of its events', async () => {
    await expectDocumentsToEqualTheFold();
    const orders = (await liveDocuments('order_details')) as readonly OrderDetailsDocument[];
    const victim = orders.find(({ status }) => status === 'PENDING')!;
    const damaged: OrderDetailsDocument = { ...victim, status: 'DELIVERED' };
    await readSide.put(await readSide.live('order_details'), damaged);

    const found = await ask(app, 'POST', '/admin/projections/order_details/verify');
    expect(found).toMatchObject({
      status: 200,
      body: { drifted: 1, drifts: [{ id: victim._id, kind: 'different', healed: false }] },
    });
    expect(found.body['checked']).toBe(orders.length);
    const healed = await ask(app, 'POST', '/admin/projections/order_details/verify?heal=true');
    expect(healed.body).toMatchObject({ drifted: 1, drifts: [{ id: victim._id, healed: true }] });
    expect((await ask(app, 'POST', '/admin/projections/order_details/verify')).body).toMatchObject({
      drifted: 0,
    });
    expect((await liveDocuments('order_details')).find(({ _id }) => _id === victim._id)).toMatchObject({
      status: 'PENDING',
    });
    const metrics = (await injectByPath(app, { url: '/metrics' })).body;
    expect(metrics).toMatch(/^tidemark_projection_drift_total\{.*kind="different".*\} 2$/m);
    // Real MongoDB has validators. The stand-in has none and so counts every collection.
    const unvalidated = [...metrics.matchAll(/^tidemark_projection_unvalidated_collection\{.*\} 1$/gm)];
    expect([0, projections.length]).toContain(Math.min(unvalidated.length, projections.length));
  });

  it.each([
    ['POST', '/admin/projections/nothing/rebuild', 400, 'validation_failed'],
    ['POST', '/admin/projections/shipments/rollback', 409, 'no_previous_generation'],
    ['POST', '/admin/projections/shipments/verify?heal=maybe', 400, 'validation_failed'],
    ['GET', '/admin/rebuilds/x', 400, 'validation_failed'],
    ['GET', `/admin/rebuilds/${randomUUID()}`, 404, 'not_found'],
  ] as const)('%s %s: %d', async (method, url, status, code) => {
    expect(await ask(app, method, url)).toMatchObject({ status, body: { code } });
    expect(await ask(app, method, url, 'operator')).toMatchObject({ status: 403 });
  });

  it('documents the routes of admins', async () => {
    const answer = await app.get(AdminPort).inject({ url: '/openapi.json' });
    expect(Object.keys(answer.json<{ paths: object }>().paths)).toEqual(
      expect.arrayContaining([
        '/admin/projections',
        '/admin/projections/{name}/rebuild',
        '/admin/projections/{name}/rollback',
        '/admin/projections/{name}/verify',
        '/admin/rebuilds/{id}',
      ]),
    );
  });

  it('shares the partitions with a second replica, and takes them back when that replica stops', async () => {
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

describe('projection-service without a broker', () => {
  it('continues where its group was, and brings new events into the read models', async () => {
    const app = await startService({ AMQP_URL: '', MESSAGE_KEYS: '' });
    await app.init();
    try {
      await appendOrders(5);
      await expectDocumentsToEqualTheFold();
      const { items } = await projectionStatus(app);
      for (const { owner } of items.flatMap((item) => item.partitions)) {
        expect(owner).toMatch(/@log$/);
      }
      const ready = await app.inject({ url: '/health/ready' });
      expect(ready.statusCode).toBe(200);
      expect(ready.json<{ details: object }>().details).not.toHaveProperty('broker');
    } finally {
      await app.close();
    }
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

  const send = (method: 'GET' | 'POST', url: string) => ask(app, method, url, 'operator');

  /** An event of a newer version of the write side. */
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
  const stock = async (productId: string) =>
    (await liveDocuments('stock_levels')).find(({ _id }) => _id === productId);

  it('parks its stream, shows it, and lets an operator discard the event', async () => {
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
    expect((await injectByPath(app, { url: '/metrics' })).body).toMatch(
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
