import { serviceNames, type ServiceName } from '@tidemark/test-servers';
import { join } from 'node:path';
import { planReplay } from '../replay/plan-replay';
import { readRetailFiles } from '../replay/read-retail-files';
import { runReplay } from '../replay/run-replay';
import { expectTrueBooks } from './expect-true-books.fixture';
import { startSystem } from './running-system.fixture';
import { sumsOfFile } from './sums-of-file.fixture';

const file = join(__dirname, '../../data/small-shop.csv');

it('a replay in which every service is killed once and started again loses and duplicates nothing', async () => {
  const plan = planReplay(await readRetailFiles([file]));
  const preparation = plan.customers.length + 2 * plan.products.length;
  // While the orders are being paid: many fulfilments are running then, and nothing is shipped yet.
  const stepOfKill = (index: number) =>
    preparation +
    plan.orders.length +
    Math.floor(((index + 1) * plan.orders.length) / (serviceNames.length + 1));
  const victims = new Map(serviceNames.map((name, index) => [stepOfKill(index), name]));
  const system = await startSystem();
  try {
    const killed: ServiceName[] = [];
    const killAndStart = async (name: ServiceName): Promise<void> => {
      const service = system.installation.service(name);
      killed.push(name);
      await service.kill('SIGKILL');
      await service.start();
    };
    let step = 0;
    let allAreBack = Promise.resolve();
    const orders = await runReplay({
      client: system.client,
      plan,
      ship: true,
      onStep: async () => {
        step += 1;
        const victim = victims.get(step);
        if (victim) {
          // One at a time. The replay continues while the victim is down.
          const othersAreBack = allAreBack;
          allAreBack = othersAreBack.then(() => killAndStart(victim));
          await othersAreBack;
        }
      },
    });
    await allAreBack;
    expect(killed).toEqual(serviceNames);
    expect(orders.map((order) => order.status)).toEqual(orders.map(() => 'DELIVERED'));
    await expectTrueBooks(system, plan, sumsOfFile(file));
  } finally {
    await system.end();
  }
});
