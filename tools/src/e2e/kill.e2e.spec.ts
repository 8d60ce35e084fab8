import { serviceNames } from '@tidemark/testing';
import { join } from 'node:path';
import { planReplay } from '../replay/plan-replay';
import { readRetailFiles } from '../replay/read-retail-files';
import { runReplay } from '../replay/run-replay';
import { expectTrueBooks } from './expect-true-books.fixture';
import { startSystem } from './running-system.fixture';
import { sumsOfFile } from './sums-of-file.fixture';

const file = join(__dirname, '../../data/small-shop.csv');

describe('a service that is killed in the middle of a replay and started again', () => {
  it.each(serviceNames)('loses and duplicates nothing: %s', async (name) => {
    const plan = planReplay(await readRetailFiles([file]));
    const preparation = plan.customers.length + 2 * plan.products.length;
    // Orders are placed, many of them are paid, and their fulfilments are running.
    const middle = preparation + plan.orders.length + Math.floor(plan.orders.length / 2);
    const system = await startSystem();
    try {
      let step = 0;
      let killed: Promise<void> | undefined;
      const orders = await runReplay({
        client: system.client,
        plan,
        ship: true,
        onStep: () => {
          step += 1;
          if (step === middle) {
            const service = system.installation.service(name);
            killed = service.kill('SIGKILL').then(() => service.start());
          }
        },
      });
      await killed;
      expect(killed).toBeDefined();
      expect(orders.map((order) => order.status)).toEqual(orders.map(() => 'DELIVERED'));
      await expectTrueBooks(system, plan, sumsOfFile(file));
    } finally {
      await system.end();
    }
  });
});
