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

/** The moments before and after every port call of a story that nothing disturbs. */
function momentsOf(plan: WorldPlan, schedule: Schedule): readonly string[] {
  const world = new FulfilmentWorld(plan);
  expect(tell(world, schedule)).toEqual([]);
  return world.crashes.passed;
}

describe('a crash before and after every port call', () => {
  it.each(cases)('changes nothing of how it ends: %s, %s', (_name, _order, plan, schedule) => {
    const moments = momentsOf(plan, schedule);
    expect(moments.length).toBeGreaterThan(5);
    for (const [index, moment] of moments.entries()) {
      const world = new FulfilmentWorld(plan, { crashes: new CrashPoints(index) });
      expect([moment, tell(world, schedule), world.writeSide.unanswered]).toEqual([moment, [], []]);
    }
  });

  it('changes nothing either when it happens twice', () => {
    const plan = shortStories['out of stock']!;
    const { length } = momentsOf(plan, inOrder);
    for (let first = 0; first < length; first += 1) {
      for (let second = first + 1; second < length + 4; second += 2) {
        const world = new FulfilmentWorld(plan, { crashes: new CrashPoints(first, second) });
        expect([first, second, tell(world, inOrder)]).toEqual([first, second, []]);
      }
    }
  });

  it('really comes at every port', () => {
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
