import { readBackEach } from './read-your-writes.fixture';
import { startSystem, type RunningSystem } from './running-system.fixture';

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.end());

it('a read with the token of a write shows that write, at every replica: 10,000 times', async () => {
  expect(await readBackEach(system, 10_000)).toEqual({ reads: 20_000, stale: [] });
}, 900_000);
