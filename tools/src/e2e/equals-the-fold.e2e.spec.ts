import { eventually } from '@tidemark/test-servers';
import { delimiter, join } from 'node:path';
import { planReplay, type ReplayPlan } from '../replay/plan-replay';
import { readRetailFiles } from '../replay/read-retail-files';
import { runReplay, stepsOf } from '../replay/run-replay';
import { Disturbances } from './equals-the-fold-disturbances.fixture';
import { expectFoldOfLog } from './equals-the-fold.fixture';
import { startLinkedSystem, type LinkedSystem } from './linked-system.fixture';

/** The small file of the project, or the files that `npm run test:long` names. */
const files = process.env.TIDEMARK_REPLAY_FILES?.split(delimiter) ?? [
  join(__dirname, '../../data/small-shop.csv'),
];

let system: LinkedSystem;
let plan: ReplayPlan;

beforeAll(async () => {
  plan = planReplay(await readRetailFiles(files));
  system = await startLinkedSystem();
});
afterAll(() => system?.end());

it('every read model is the fold of the log after a replay with duplicates, redeliveries, purged queues (by a broker), and a lost database', async () => {
  const disturbances = await Disturbances.of(system);
  const happened: string[] = [];
  const failures: unknown[] = [];
  const underWay: Promise<void>[] = [];
  const steps = stepsOf(plan);
  const disturb = (name: string, work: () => Promise<void> | void) => {
    const done = (async () => work())().then(
      () => void happened.push(name),
      (error: unknown) => void failures.push(error),
    );
    underWay.push(done);
  };
  const byBroker: readonly [number, () => void][] = [
    [Math.floor(steps * 0.3), () => disturb('duplicates', () => disturbances.duplicate())],
    [Math.floor(steps * 0.65), () => disturb('purge', () => disturbances.purgeEveryQueue())],
  ];
  // The disturbances, by the share of the replay at which they begin.
  const atStep = new Map<number, () => void>([
    [Math.floor(steps * 0.55), () => disturb('redelivery', () => disturbances.redeliver())],
    [Math.floor(steps * 0.7), () => disturb('contact', () => disturbances.changeContact(plan.customers[0]!))],
    [Math.floor(steps * 0.75), () => disturb('loss', () => disturbances.dropReadModels())],
    [Math.floor(steps * 0.85), () => disturb('redelivery', () => disturbances.redeliver())],
    [Math.floor(steps * 0.9), () => disturb('contact', () => disturbances.changeContact(plan.customers[0]!))],
    ...(disturbances.hasBroker ? byBroker : []),
  ]);
  let step = 0;
  const orders = await runReplay({
    client: system.client,
    plan,
    ship: true,
    onStep: () => atStep.get(++step)?.(),
  });
  await Promise.all(underWay);
  await disturbances.end();

  expect(failures).toEqual([]);
  expect(happened).toHaveLength(atStep.size);
  expect(disturbances.duplicates > 0).toBe(disturbances.hasBroker);
  expect(orders.map(({ status }) => status)).toEqual(orders.map(() => 'DELIVERED'));
  const counts = await eventually(() => expectFoldOfLog(system), { everyMs: 500 });
  expect(Object.values(counts)).not.toContain(0);
  expect(counts).toMatchObject({
    order_list: plan.orders.length,
    order_details: plan.orders.length,
    order_statistics: plan.customers.length,
    stock_levels: plan.products.length,
    shipments: plan.orders.length,
  });
});
