import {
  eventually,
  serviceNames,
  testReadStore,
  testServer,
  type ServiceName,
} from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { startLinkedSystem, type LinkedSystem } from './linked-system.fixture';
import { health, probe, type Probed } from './probe.fixture';
import { openShop, orderOf, payOrder, placeOrder, type Shop } from './shop.fixture';

/** Connections to a silent Postgres are closed after 10 s; the rest is room for a busy machine. */
const WITHIN_MS = 25_000;

/** Whether the read models are away whenever the log is. */
const isOneStore = testReadStore() === 'postgres';

type Store = 'postgres' | 'mongodb' | 'rabbitmq';
type RequestName = 'write' | 'read' | 'history' | 'fulfilments';

/** The requests that fail while each store is unavailable. All others must succeed. */
const outages: readonly {
  readonly store: Store;
  readonly notReady: readonly ServiceName[];
  readonly refused: readonly RequestName[];
}[] = [
  {
    store: 'postgres',
    notReady: isOneStore ? serviceNames : ['command-service', 'projection-service', 'process-manager'],
    refused: ['write', 'history', 'fulfilments', ...(isOneStore ? (['read'] as const) : [])],
  },
  { store: 'mongodb', notReady: ['query-service', 'projection-service'], refused: ['read'] },
  { store: 'rabbitmq', notReady: ['projection-service'], refused: [] },
];
const everywhere = (status: number): Record<string, number> =>
  Object.fromEntries(serviceNames.map((name) => [name, status]));

let system: LinkedSystem;
let shop: Shop;
let authorization: string;

beforeAll(async () => {
  system = await startLinkedSystem();
  shop = await openShop(system.client, 1_000);
  authorization = `Bearer ${await system.installation.token({ role: 'service' })}`;
});
afterAll(() => system.end());
afterEach(() => heal());

function heal(): void {
  system.links.heal();
}

/** Sends one request of each kind. Each kind is answered from another store. */
async function answers(orderId: string): Promise<Readonly<Record<RequestName, Probed>>> {
  const { urls } = system.installation;
  const headers = { authorization };
  const [write, read, history, fulfilments] = await Promise.all([
    probe(`${urls['command-service']}/v1/orders`, {
      method: 'POST',
      body: JSON.stringify(orderOf(shop)),
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    }),
    probe(`${urls['query-service']}/v1/orders/${orderId}`, { headers }),
    probe(`${urls['query-service']}/v1/orders/${orderId}/history`, { headers }),
    probe(`${urls['process-manager']}/v1/fulfilments?limit=1`, { headers }),
  ]);
  return { write, read, history, fulfilments };
}

function expectAnswers(found: Readonly<Record<RequestName, Probed>>, refused: readonly RequestName[]): void {
  for (const [name, { status, body, headers, tookMs }] of Object.entries(found)) {
    if (refused.includes(name as RequestName)) {
      expect([name, status, body.code]).toEqual([name, 503, 'store_unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    } else {
      expect([name, status]).toEqual([name, name === 'write' ? 201 : 200]);
    }
    expect([name, tookMs < WITHIN_MS ? 'in time' : tookMs]).toEqual([name, 'in time']);
  }
}

async function expectToAwaitDispatch(orderId: string): Promise<void> {
  await eventually(
    async () =>
      expect(await system.client.fulfilment(orderId)).toMatchObject({
        waitingFor: [{ what: 'ShipmentDispatched' }],
      }),
    { withinMs: 30_000 },
  );
  await eventually(async () =>
    expect(await system.client.get(`/v1/orders/${orderId}`)).toMatchObject({
      status: 'PAID',
      shipping: { shipmentId: expect.any(String) as unknown },
    }),
  );
}

const pids = () => serviceNames.map((name) => system.installation.service(name).pid);

/** An order that was read once and is being paid at the start of the outage. */
async function orderInTheMiddle(): Promise<string> {
  const { orderId, consistencyToken } = await placeOrder(system.client, shop);
  await system.client.get(`/v1/orders/${orderId}`, consistencyToken);
  await payOrder(system.client, orderId);
  return orderId;
}

describe.each(outages)('without $store', ({ store, notReady, refused }) => {
  const writes = !refused.includes('write');

  it.each(['partition', 'hang'] as const)(
    'is not ready, answers all other requests, and recovers by itself (%s)',
    async (outage) => {
      testServer(store);
      const before = pids();
      const orders = [await orderInTheMiddle()];

      system.links[store][outage]();
      // One after another, and two at once.
      for (const requests of [1, 2]) {
        const asked = Array.from({ length: requests }, () => answers(orders[0]!));
        for (const found of await Promise.all(asked)) {
          expectAnswers(found, refused);
        }
      }
      // A silent broker is only noticed when its heartbeat is missing.
      if (store !== 'rabbitmq' || outage === 'partition') {
        await eventually(async () =>
          expect(await health(system.installation, 'ready')).toEqual({
            ...everywhere(200),
            ...Object.fromEntries(notReady.map((name) => [name, 503])),
          }),
        );
      }
      expect(await health(system.installation, 'live')).toEqual(everywhere(200));
      expect(await health(system.installation, 'startup')).toEqual(everywhere(200));
      if (writes) {
        const { orderId } = await placeOrder(system.client, shop);
        await payOrder(system.client, orderId);
        orders.push(orderId);
      }

      heal();
      await eventually(
        async () => expect(await health(system.installation, 'ready')).toEqual(everywhere(200)),
        { withinMs: 30_000 },
      );
      for (const orderId of orders) {
        await expectToAwaitDispatch(orderId);
      }
      await eventually(async () => expectAnswers(await answers(orders[0]!), []));
      expect(pids()).toEqual(before);
    },
    120_000,
  );
});

/** The services that can't start without each store. They wait, and only exit for errors that waiting can't resolve. */
describe.each<{ readonly store: Store; readonly waiting: readonly ServiceName[] }>([
  { store: 'postgres', waiting: serviceNames },
  { store: 'rabbitmq', waiting: ['command-service', 'projection-service', 'process-manager'] },
  { store: 'mongodb', waiting: ['projection-service', 'query-service'] },
])('services that start without $store', ({ store, waiting }) => {
  it('have started and are alive, and become ready when it is back', async () => {
    testServer(store);
    const services = waiting.map((name) => system.installation.service(name));
    const only = (found: Readonly<Record<ServiceName, number>>) => waiting.map((name) => found[name]);
    await Promise.all(services.map((service) => service.kill('SIGTERM')));
    system.links[store].partition();
    const started = Promise.all(services.map((service) => service.start()));
    await eventually(
      async () => expect(only(await health(system.installation, 'startup'))).toEqual(waiting.map(() => 200)),
      { withinMs: 30_000 },
    );
    // Retries while there is no answer: the port is closed for an instant when the service replaces the waiting room.
    const answered = (name: 'live' | 'ready') => eventually(() => health(system.installation, name));
    expect(only(await answered('live'))).toEqual(waiting.map(() => 200));
    expect(only(await answered('ready'))).toEqual(waiting.map(() => 503));

    heal();

    await started;
    const { orderId } = await placeOrder(system.client, shop);
    await payOrder(system.client, orderId);
    await expectToAwaitDispatch(orderId);
  }, 90_000);
});
