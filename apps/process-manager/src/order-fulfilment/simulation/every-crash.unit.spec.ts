import { CrashPoints, type Port } from './crash-points.fixture';
import { FulfilmentWorld, type WorldPlan } from './fulfilment-world.fixture';
import { shortStories } from './stories.fixture';
import { inOrder, lastFirst, tell, type Schedule } from './tell.fixture';

const schedules: readonly (readonly [string, Schedule])[] = [
  ['in order', inOrder],
  ['last first', lastFirst],
];
const stories = Object.entries(shortStories);
const cases = schedules.flatMap(([order, schedule]) =>
  stories.map(([name, plan]) => [name, order, plan, schedule] as const),
);

/** The moments before and after every port call of an undisturbed story. */
function momentsOf(plan: WorldPlan, schedule: Schedule): readonly string[] {
  const world = new FulfilmentWorld(plan);
  expect(tell(world, schedule)).toEqual([]);
  return world.crashes.passed;
}

/** The faults after two crashes, one later than the other. About `pairs` pairs of moments are tried, evenly spread. */
function faultsOfTwo(plan: WorldPlan, schedule: Schedule, pairs: number): readonly unknown[] {
  const { length } = momentsOf(plan, schedule);
  const stride = Math.ceil(length ** 2 / 2 / pairs);
  const found: unknown[] = [];
  for (let first = 0; first < length; first += 1) {
    for (let second = first + 1 + (first % stride); second < length + 4; second += stride) {
      const world = new FulfilmentWorld(plan, { crashes: new CrashPoints(first, second) });
      const faults = tell(world, schedule);
      if (faults.length > 0) {
        found.push({ first, second, faults });
      }
    }
  }
  return found;
}

describe('a crash before and after every port call', () => {
  it.each(cases)('does not change the outcome: %s, %s', (_name, _order, plan, schedule) => {
    const moments = momentsOf(plan, schedule);
    expect(moments.length).toBeGreaterThan(5);
    for (const [index, moment] of moments.entries()) {
      const world = new FulfilmentWorld(plan, { crashes: new CrashPoints(index) });
      expect([moment, tell(world, schedule), world.writeSide.unanswered]).toEqual([moment, [], []]);
    }
  });

  it('does not change the outcome if two crashes happen, at many pairs of moments of a short story', () => {
    const plan = shortStories['out of stock']!;
    expect(faultsOfTwo(plan, inOrder, 1_000)).toEqual([]);
  });

  it.each(cases)(
    'does not change the outcome if two crashes happen: %s, %s',
    (_name, _order, plan, schedule) => {
      expect(faultsOfTwo(plan, schedule, 60)).toEqual([]);
    },
  );

  it('really happens at every port', () => {
    const ports: readonly Port[] = [
      'process.commit',
      'outbox.claim',
      'broker.publish',
      'provider.capture',
      'provider.refund',
      'log.append',
      'broker.acknowledge',
    ];
    const moments = new Set(cases.flatMap(([, , plan, schedule]) => momentsOf(plan, schedule)));
    expect([...moments].sort()).toEqual(ports.flatMap((port) => [`after ${port}`, `before ${port}`]).sort());
  });
});
