import { CrashPoints } from './crash-points.fixture';
import { FulfilmentWorld, type WorldOptions } from './fulfilment-world.fixture';
import { plantedBugs } from './planted-bugs.fixture';
import { shortStories } from './stories.fixture';
import { inOrder, tell } from './tell.fixture';

/** The faults of every short story, undisturbed and with each crash, one world after the other. */
function* faultsOf(options: WorldOptions): Generator<string> {
  for (const plan of Object.values(shortStories)) {
    const undisturbed = new FulfilmentWorld(plan, options);
    yield* tell(undisturbed, inOrder);
    for (const index of undisturbed.crashes.passed.keys()) {
      yield* tell(new FulfilmentWorld(plan, { ...options, crashes: new CrashPoints(index) }), inOrder);
    }
  }
}

function isShown(fault: string, options: WorldOptions): boolean {
  for (const shown of faultsOf(options)) {
    if (shown === fault) {
      return true;
    }
  }
  return false;
}

describe('the books', () => {
  const orderId = '00000000-0000-4000-8000-000000000000';
  const paymentId = '11110001-0000-4000-8000-000000000000';

  it.each([
    ['a lost compensation', `order ${orderId}: compensated with stock reserved`],
    ['a refund that is not idempotent', `payment ${paymentId}: 600 given back of 300`],
    ['a timer that fires twice', `order ${orderId}: compensated while 300 is owed`],
    ['a refund in another currency', `payment ${paymentId}: a refund in EUR, not GBP`],
    ['an ignored late capture', 'GBP: 300 captured, 0 refunded, 0 by hand, 0 kept'],
  ])('show %s', (bug, fault) => {
    expect(isShown(fault, plantedBugs[bug]!)).toBe(true);
  });

  it('accept a timer that fires twice if its reaction checks the outcome of the first firing', () => {
    const plan = shortStories['a refund that fails once']!;
    expect(tell(new FulfilmentWorld(plan, { timersFireTwice: true }), inOrder)).toEqual([]);
  });
});
