import { issueToken } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { shopOf } from '../testing/shop.fixture';
import { RawClient } from './raw-client.fixture';
import { ordinaryOrder, worstRequests, type MakeRequest } from './worst-requests.fixture';

const MAX_RATIO = 3;

let service: TestCommandService;
let client: RawClient;
let ordinary: MakeRequest;
let worst: ReadonlyMap<string, MakeRequest>;

beforeAll(async () => {
  service = await startCommandService();
  client = new RawClient(new URL(await service.listen()));
  const shop = shopOf(service);
  const customerId = await shop.customer();
  const productIds: string[] = [];
  for (let n = 0; n < 10; n += 1) {
    productIds.push(await shop.product(1_000_000));
  }
  const token = await issueToken(service.authKey, { role: 'customer', customer: customerId });
  const shopper = { token, customerId, productIds };
  [ordinary, worst] = [ordinaryOrder(shopper), worstRequests(shopper)];
});
afterAll(async () => {
  client.close();
  await service.stop();
});

/** Processor time: unlike elapsed time, it hardly depends on how busy the machine is. */
async function microsecondsOf(make: MakeRequest, times: number): Promise<number> {
  const requests = Array.from({ length: times }, make);
  const before = process.cpuUsage();
  for (const bytes of requests) {
    await client.send(bytes);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

/**
 * How many ordinary orders cost as much as this request: the median over the rounds. Each round measures ordinary
 * orders, too.
 */
async function ratioOf(make: MakeRequest, rounds: number): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = await microsecondsOf(ordinary, 4);
    ratios.push((await microsecondsOf(make, 4)) / order);
  }
  return ratios.sort((a, b) => a - b)[Math.floor(rounds / 2)]!;
}

test('an ordinary order is accepted, and no costly request makes the service fail', async () => {
  expect(await client.send(ordinary())).toBe(201);
  const statuses = new Map<string, number>();
  for (const [name, make] of worst) {
    statuses.set(name, await client.send(make()));
  }

  expect(worst.size).toBeGreaterThan(150);
  expect([...statuses].filter(([, status]) => status >= 500)).toEqual([]);
  expect(statuses.get('an order of 10 products')).toBe(201);
  expect(statuses.get('an order of 20 products')).toBe(422);
  // A request that is refused unread proves little.
  expect([...statuses.values()].filter((status) => status === 413).length).toBeLessThan(worst.size / 10);
});

test(`the worst request of a customer costs at most ${MAX_RATIO} times an ordinary order's processor time`, async () => {
  await microsecondsOf(ordinary, 100);
  const screened: { name: string; make: MakeRequest; microseconds: number }[] = [];
  for (const [name, make] of worst) {
    screened.push({ name, make, microseconds: await microsecondsOf(make, 3) });
  }
  const costliest = screened.sort((a, b) => b.microseconds - a.microseconds).slice(0, 10);
  const confirmed: [string, number][] = [];
  for (const { name, make } of costliest) {
    confirmed.push([name, await ratioOf(make, 7)]);
  }

  expect(confirmed.filter(([, ratio]) => ratio > MAX_RATIO)).toEqual([]);
});
