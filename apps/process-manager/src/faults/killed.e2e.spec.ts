import { faultsAtRest } from '../books/faults-in-books.fixture';
import { crashPoints, victims, type Messaging } from './crash-plan.fixture';
import { startShop, type Shop } from './shop.fixture';

describe.each([
  ['with a broker', 'rabbitmq'],
  ['with Postgres alone', 'postgres'],
] as const)('the process manager and the command service %s, killed at every named point', (_, way) => {
  const messaging: Messaging = way;
  let shop: Shop;

  beforeAll(async () => {
    shop = await startShop(messaging);
  });
  afterAll(() => shop.end());

  it('keep correct books', async () => {
    await shop.planCrashes();
    await shop.payUntilAllCrashed();
    await shop.settle();
    // While services are killed, most payments expire.
    await shop.payInPeace();
    await shop.settle();

    const evidence = await shop.evidence();
    expect(faultsAtRest(evidence)).toEqual([]);
    for (const victim of victims) {
      expect([victim, (await shop.reached(victim)).toSorted()]).toEqual([
        victim,
        crashPoints[messaging][victim].toSorted(),
      ]);
      // No process ended by itself.
      expect([victim, new Set(shop.deaths(victim))]).toEqual([victim, new Set(['SIGKILL'])]);
      expect(shop.deaths(victim).length).toBeGreaterThanOrEqual(crashPoints[messaging][victim].length);
    }
    const states = [...evidence.fulfilments.values()];
    expect(new Set(states)).toEqual(new Set(['FULFILLED', 'COMPENSATED']));
    expect(await shop.holes()).toEqual([]);
    // The rare paths that money takes.
    const told = evidence.log.map(({ type, data }) => `${type} ${'reason' in data ? data.reason : ''}`);
    expect(told).toContain('PaymentRefunded captured_too_late');
    expect(told).toContain('PaymentRefundFailed refund_refused');
    // Each kill is followed by a start, and starts are slow on a busy machine.
  }, 900_000);
});
