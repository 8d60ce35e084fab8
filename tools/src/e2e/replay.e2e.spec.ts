import { canMakeBrokerUsers, eventually, loseReadModels } from '@tidemark/test-servers';
import { join } from 'node:path';
import { createServiceUsers, type ServiceUsers } from '../broker-users/service-users.fixture';
import { planReplay, type ReplayPlan } from '../replay/plan-replay';
import { readRetailFiles } from '../replay/read-retail-files';
import { runReplay, type ReplayedOrder } from '../replay/run-replay';
import { expectTrueBooks, logHeads } from './expect-true-books.fixture';
import { startSystem, type RunningSystem } from './running-system.fixture';
import { sumsOfFile } from './sums-of-file.fixture';

/** The small file of the project, or the one that `npm run test:long` names. */
const file = process.env.TIDEMARK_REPLAY_FILE ?? join(__dirname, '../../data/small-shop.csv');
const sums = sumsOfFile(file);

const withStatus = (orders: readonly ReplayedOrder[], status: string): number =>
  orders.filter((order) => order.status === status).length;

describe(`the replay of ${file.split('/').at(-1)}`, () => {
  let system: RunningSystem;
  let plan: ReplayPlan;
  let users: ServiceUsers | undefined;

  beforeAll(async () => {
    plan = planReplay(await readRetailFiles([file]));
    system = await startSystem(async (storage) => {
      // Each service uses its own user at the broker, which has only the permissions that the service needs.
      const { amqpUrl, amqpPrefix } = storage;
      users =
        amqpUrl !== undefined && canMakeBrokerUsers()
          ? await createServiceUsers({ amqpUrl, amqpPrefix })
          : undefined;
      const urls = Object.entries(users?.urls ?? {});
      return Object.fromEntries(urls.map(([service, url]) => [service, { AMQP_URL: url }]));
    });
  });
  afterAll(async () => {
    await system?.end();
    await users?.drop();
  });

  it('delivers every order, and the totals equal those of the file', async () => {
    expect(plan.customers).toHaveLength(sums.spentByCustomer.size);
    expect(plan.products).toHaveLength(sums.soldBySku.size);

    const orders = await runReplay({ client: system.client, plan, ship: true });

    expect(withStatus(orders, 'DELIVERED')).toBe(plan.orders.length);
    await expectTrueBooks(system, plan, sums);
  });

  it('ends every fulfilment as fulfilled', async () => {
    for (const { orderId } of plan.orders) {
      await eventually(async () => {
        expect(await system.client.fulfilment(orderId)).toMatchObject({ orderId, state: 'FULFILLED' });
      });
    }
  });

  it('changes nothing when it is run again', async () => {
    const before = await logHeads(system);
    const orders = await runReplay({ client: system.client, plan, ship: true });
    expect(withStatus(orders, 'DELIVERED')).toBe(plan.orders.length);
    expect(await logHeads(system)).toEqual(before);
    await expectTrueBooks(system, plan, sums);
  });

  it('finds its read models again after their database has lost them all', async () => {
    await loseReadModels(system.storage);
    await expectTrueBooks(system, plan, sums);
  });
});
