import { eventually, serviceNames, type Installation, type ServiceName } from '@tidemark/test-servers';
import { noticedWithinMs, startBalancer, type Balancer } from './balancer.fixture';
import { startLoad, type Load } from './load.fixture';
import { startSystem, type RunningSystem } from './running-system.fixture';
import { openShop, price, type Shop } from './shop.fixture';

const stock = 1_000_000;
const settings = { DRAIN_DELAY_MS: String(10 * noticedWithinMs) };
const routed = ['command-service', 'query-service', 'process-manager'] as const;

let system: RunningSystem;
let replicas: readonly Installation[];
let balancers: ReadonlyMap<ServiceName, Balancer>;
let shop: Shop;

beforeAll(async () => {
  system = await startSystem(Object.fromEntries(serviceNames.map((name) => [name, settings])));
  replicas = [system.installation, await system.addReplicas()];
  const started = routed.map(async (name) => {
    return [name, await startBalancer(replicas.map(({ urls }) => urls[name]))] as const;
  });
  balancers = new Map(await Promise.all(started));
  shop = await openShop(system.client, stock);
}, 120_000);
afterAll(async () => {
  await Promise.all([...balancers.values()].map((balancer) => balancer.close()));
  await system.end();
});

/** The outcome of the shoppers' requests during `work`. */
async function shopWhile(work: (load: Load) => Promise<void>): Promise<Load> {
  const [commandService, queryService, processManager] = routed.map((name) => balancers.get(name)!.url);
  const load = startLoad({
    urls: { commandService: commandService!, queryService: queryService!, processManager: processManager! },
    token: await system.installation.token({ role: 'service' }),
    shop,
    shoppers: 4,
  });
  try {
    await work(load);
  } finally {
    await load.end();
  }
  return load;
}

/** Restarts one replica after another. The next restart waits until the previous replica gets requests again. */
async function restart(name: ServiceName, signal: 'SIGTERM' | 'SIGKILL', load: Load): Promise<string[]> {
  const ends: string[] = [];
  for (const replica of replicas) {
    const service = replica.service(name);
    const ended = service.ended();
    await service.kill(signal);
    ends.push(await ended);
    await service.start();
    const before = load.paid.length;
    await eventually(() => (balancers.get(name)?.ready ?? replicas).length === replicas.length);
    await eventually(() => load.paid.length > before + 10, { withinMs: 20_000 });
  }
  return ends;
}

describe('a rolling restart under load', () => {
  let orders: number;

  it('fails no request', async () => {
    const ends: string[][] = [];
    const { failures, paid } = await shopWhile(async (load) => {
      for (const name of serviceNames) {
        ends.push(await restart(name, 'SIGTERM', load));
      }
    });
    orders = paid.length;

    expect(failures).toEqual([]);
    expect(ends).toEqual(serviceNames.map(() => ['exit code 0', 'exit code 0']));
    expect(orders).toBeGreaterThan(100);
  }, 180_000);

  it('loses no order in progress, and does nothing twice', async () => {
    const steps = [
      'OrderCreated',
      'PaymentRequested',
      'PaymentCaptured',
      'OrderPaid',
      'InventoryReserved',
      'ShipmentCreated',
    ];
    await eventually(
      async () => {
        const { rows } = await system.database.query<{ event_type: string; count: number }>(
          `SELECT event_type, count(*)::int FROM event_store.events WHERE event_type = ANY ($1) GROUP BY event_type`,
          [steps],
        );
        expect(Object.fromEntries(rows.map(({ event_type, count }) => [event_type, count]))).toEqual(
          Object.fromEntries(steps.map((step) => [step, orders])),
        );
      },
      { withinMs: 60_000, everyMs: 250 },
    );
    const charges = await system.database.query(
      'SELECT count(*)::int, sum(amount)::int FROM payment_provider.charges',
    );
    expect(charges.rows).toEqual([{ count: orders, sum: orders * price }]);
    await eventually(
      async () => {
        expect(await system.client.get(`/v1/stock/${shop.productId}`)).toMatchObject({
          onHand: stock,
          reserved: orders,
        });
        expect(await system.client.get(`/v1/customers/${shop.customerId}/statistics`)).toMatchObject({
          orderCount: orders,
          byStatus: { PAID: orders },
          spent: [{ amount: orders * price, currency: 'EUR' }],
        });
      },
      { withinMs: 20_000 },
    );
  }, 90_000);

  it('fails requests of the shoppers if a service is killed', async () => {
    const { failures } = await shopWhile(async (load) => {
      await restart('command-service', 'SIGKILL', load);
    });

    expect(failures).toContainEqual(
      expect.stringMatching(/^POST \S+\/v1\/orders.*: (ECONNRESET|ECONNREFUSED)$/),
    );
  }, 60_000);
});
