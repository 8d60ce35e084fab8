import { eventually, testServer } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { AlertWatch } from './alert-watch.fixture';
import { openRunbook } from './follow-runbook.fixture';
import { startLinkedSystem, type LinkedSystem } from './linked-system.fixture';
import { appendPoison } from './poison.fixture';
import { openShop, payOrder, placeOrder, type Shop } from './shop.fixture';

const polling = { everyMs: 200 };
const quickly = { RETRY_MIN_BACKOFF_MS: '10', RETRY_MAX_BACKOFF_MS: '200', PARK_AFTER_ATTEMPTS: '3' };

let system: LinkedSystem;
let shop: Shop;
let watch: AlertWatch;

beforeAll(async () => {
  system = await startLinkedSystem({
    'command-service': { COMMAND_MAX_ATTEMPTS: '2' },
    // One event at a time, so that a slow store shows soon.
    'projection-service': { ...quickly, MAX_BATCH: '1' },
    'process-manager': { ...quickly, COMMAND_FIRST_RESEND_MS: '200', COMMAND_PARK_AFTER_MS: '4000' },
  });
  shop = await openShop(system.client, 1_000);
});
beforeEach(async () => {
  watch = new AlertWatch(system.installation);
  await expectAllIsWell();
});
afterEach(() => system.links.heal());
afterAll(() => system.end());

async function expectAllIsWell(): Promise<void> {
  const index = await openRunbook('README', system);
  await eventually(async () => {
    const { code, output } = await index.ctl('status');
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.not.stringMatching(/[1-9]\d* behind/) as string,
    });
  }, polling);
}

function expectFiring(name: string): Promise<void> {
  return eventually(async () => {
    const series = await watch.firing(name);
    expect({ name, isFiring: series.length > 0 }).toEqual({ name, isFiring: true });
  }, polling);
}

/** Moves earlier scrapes out of the alert's range and adds two scrapes. */
async function expectQuiet(name: string): Promise<void> {
  await eventually(async () => {
    watch.forget();
    await watch.firing(name);
    expect({ name, firing: await watch.firing(name) }).toEqual({ name, firing: [] });
  }, polling);
}

async function placeAndPay(): Promise<string> {
  const { orderId } = await placeOrder(system.client, shop);
  await payOrder(system.client, orderId);
  return orderId;
}

async function expectFulfilled(orderId: string): Promise<void> {
  await eventually(async () => {
    const fulfilment = await system.client.fulfilment<{ step: string }>(orderId);
    expect(fulfilment?.step).toBe('awaiting_dispatch');
  }, polling);
}

/** The status of the answer to one request. The client that sends the other requests would retry until it succeeds. */
async function statusOfQuery(path: string): Promise<number> {
  const { urls, token } = system.installation;
  const headers = { authorization: `Bearer ${await token({ role: 'operator' })}` };
  return (await fetch(`${urls['query-service']}${path}`, { headers })).status;
}

const idIn = ({ output }: { readonly output: string }, consumer: string) =>
  new RegExp(`^${consumer} +(\\S+)`, 'm').exec(output)![1]!;

it('a broker that stopped: lost-broker', async () => {
  testServer('rabbitmq');
  const runbook = await openRunbook('lost-broker', system);
  system.links.rabbitmq.partition();
  const orderId = await placeAndPay();

  await expectFiring('TidemarkBrokerNotReachable');
  expect(await watch.value('TidemarkRelayBacklogGrows')).toBeGreaterThan(0);
  expect((await runbook.ctl('status')).output).toMatch(/^.+relay +[1-9]\d* to publish/m);
  expect((await runbook.ctl('status')).output).toMatch(
    /^! +command-service +ready, without broker, commands, relay$/m,
  );

  system.links.rabbitmq.heal();

  await expectAllIsWell();
  await expectQuiet('TidemarkBrokerNotReachable');
  await expectFulfilled(orderId);
  await eventually(async () => expect(await watch.value('TidemarkRelayBacklogGrows')).toBe(0), polling);
  expect((await runbook.ctl('fulfilments stuck')).code).toBe(0);
});

// If the read models are in Postgres, whatever slows or stops them affects the log as well.
it('a MongoDB that stopped: lost-read-store', async () => {
  testServer('mongodb');
  const runbook = await openRunbook('lost-read-store', system);
  system.links.mongodb.partition();
  const { orderId } = await placeOrder(system.client, shop);

  // Waits before any request, because a service that is not ready gets none.
  await expectFiring('TidemarkReadStoreNotReachable');
  await expectFiring('TidemarkNotReady');
  await expectFiring('TidemarkLagUnknown');
  expect(await statusOfQuery(`/v1/orders/${orderId}`)).toBe(503);
  expect((await runbook.ctl('status')).output).toMatch(/^! +query-service +not ready: read-store$/m);

  system.links.mongodb.heal();

  await expectAllIsWell();
  await expectQuiet('TidemarkLagUnknown');
  expect(await statusOfQuery(`/v1/orders/${orderId}`)).toBe(200);
  await expectQuiet('TidemarkReadStoreNotReachable');
  expect((await runbook.ctl('projections verify order_details')).output).toMatch(/^drifted +0$/m);
});

it('a Postgres that stopped: lost-database', async () => {
  const runbook = await openRunbook('lost-database', system);
  system.links.postgres.partition();

  await expectFiring('TidemarkDatabaseNotReachable');
  expect((await runbook.ctl('status')).output).toMatch(/^! +command-service +not ready: .*event-store.*$/m);

  system.links.postgres.heal();

  await expectAllIsWell();
  await expectQuiet('TidemarkDatabaseNotReachable');
  expect((await runbook.ctl('log verify')).code).toBe(0);
});

it('a service that is gone: not-ready', async () => {
  const runbook = await openRunbook('not-ready', system);
  const service = system.installation.service('query-service');
  await service.kill('SIGKILL');

  await expectFiring('TidemarkServiceGone');
  expect((await watch.firing('TidemarkServiceGone')).map(({ labels }) => labels)).toEqual([
    { service: 'query-service' },
  ]);
  expect((await runbook.ctl('status')).output).toMatch(/^! +query-service +.*does not answer/m);

  await service.start();

  await expectQuiet('TidemarkServiceGone');
  await expectAllIsWell();
});

it('an event that no release can apply: parked-stream', async () => {
  const runbook = await openRunbook('parked-stream', system);
  const { productId } = await openShop(system.client, 7);
  await appendPoison(system.database, `StockItem-${productId}`);

  await expectFiring('TidemarkProjectionStreamParked');
  await expectFiring('TidemarkProcessStreamParked');
  const list = await runbook.ctl('parked list');
  expect(list.output).toMatch(/unknown_event_type/);
  const ids = ['projections', 'fulfilment'].map((consumer) => idIn(list, consumer));
  expect((await runbook.ctl('parked show <id>', { id: ids[0]! })).output).toMatch(/^event .*StockWeighed/m);

  // The cause still exists, so the stream stays parked, with one more attempt.
  const attemptsOf = async (id: string) =>
    Number(/^attempts +(\d+)$/m.exec((await runbook.ctl('parked show <id>', { id })).output)![1]);
  const before = await attemptsOf(ids[0]!);
  await runbook.ctl('parked retry <id>', { id: ids[0]! });
  await eventually(async () => expect(await attemptsOf(ids[0]!)).toBe(before + 1), polling);

  for (const id of ids) {
    await runbook.ctl('parked discard <id>', { id });
  }

  await eventually(async () => {
    expect(await runbook.ctl('parked list')).toMatchObject({ code: 0, output: 'nothing is parked\n' });
  }, polling);
  await expectQuiet('TidemarkProjectionStreamParked');
  await expectQuiet('TidemarkProcessStreamParked');
  expect((await runbook.ctl('projections verify order_details')).output).toMatch(/^drifted +0$/m);
  await expectAllIsWell();
});

it('a process that got no answer: stuck-fulfilment', async () => {
  const runbook = await openRunbook('stuck-fulfilment', system);
  const may = (verb: string) => system.database.query(`${verb} tidemark_payment_provider_runtime`);
  await may('REVOKE USAGE ON SCHEMA payment_provider FROM');
  const orderId = await placeAndPay();

  await expectFiring('TidemarkFulfilmentParked');
  expect((await runbook.ctl('fulfilments stuck')).output).toMatch(
    new RegExp(`^${orderId} .*no answer to capture_payment`, 'm'),
  );
  expect((await runbook.ctl('status')).output).toMatch(/^! +stuck: processes +1 fulfilments$/m);

  await may('GRANT USAGE ON SCHEMA payment_provider TO');
  expect((await runbook.ctl('fulfilments retry <orderId>', { orderId })).code).toBe(0);

  await expectFulfilled(orderId);
  await expectQuiet('TidemarkFulfilmentParked');
  expect(await runbook.ctl('fulfilments stuck')).toMatchObject({
    code: 0,
    output: 'no fulfilment is stuck\n',
  });
  await expectAllIsWell();
});

it('a consumer whose store is slow: backlog-growing', async () => {
  testServer('mongodb');
  const runbook = await openRunbook('backlog-growing', system);
  const [alert, seconds] = ['TidemarkReadModelsBehind', 2] as const;
  expect(await watch.firing(alert, seconds)).toEqual([]);
  system.links.mongodb.slowDown(200);
  const { productId } = shop;
  for (let delivery = 0; delivery < 10; delivery += 1) {
    await system.client.post(`/v1/stock/${productId}/receive`, { quantity: 1 }, randomUUID());
  }

  await eventually(async () => expect(await watch.firing(alert, seconds)).toHaveLength(1), polling);
  expect((await runbook.ctl('status')).output).toMatch(/^.+stock_levels +[1-9]\d* behind, generation 1/m);

  // More replicas. The store is still slow.
  await system.addReplicas();

  await eventually(async () => {
    expect(await watch.firing(alert, seconds)).toEqual([]);
    expect((await runbook.ctl('status')).output).not.toMatch(/[1-9]\d* behind/);
  }, polling);
  await eventually(async () => {
    const { output } = await runbook.ctl('--json projections list');
    const owners = (JSON.parse(output) as { partitions: { owner?: string }[] }[]).flatMap(({ partitions }) =>
      partitions.map(({ owner }) => owner),
    );
    expect(new Set(owners).size).toBe(2);
  }, polling);
});
