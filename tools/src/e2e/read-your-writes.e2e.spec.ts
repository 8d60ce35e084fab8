import { readBackEach } from './read-your-writes.fixture';
import { startSystem, type RunningSystem } from './running-system.fixture';

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.end());

it('what was written is what is read with its token, at every replica: 600 times', async () => {
  expect(await readBackEach(system, 600)).toEqual({ reads: 1_200, stale: [] });
});
