import { causeFaults, watchResources } from './faults.fixture';
import { openPostgresBed, type PostgresBed } from './postgres-bed.fixture';

/** 20 faults in each round. `timeoutMs` is the test's; Jest's default is 5 minutes. */
export const describeFaults = (title: string, rounds: number, timeoutMs?: number): void =>
  describe(title, () => {
    let bed: PostgresBed;

    beforeAll(async () => {
      bed = await openPostgresBed();
    });
    afterEach(() => bed.expectGaplessLog());
    afterAll(() => bed.close());

    it(
      'use up no resources',
      async () => {
        const resources = watchResources(bed);
        // Now all connections are open, and all code has run once.
        await causeFaults(bed, 10);
        const before = await resources();
        expect(await causeFaults(bed, rounds)).toBe(20 * rounds);
        const after = await resources();

        const { destroyed, waiting, sessionsInTransaction, advisoryLocks, ...others } = after;
        expect([destroyed, waiting, sessionsInTransaction, advisoryLocks]).toEqual([0, 0, 0, 0]);
        expect(others.connections).toBeLessThanOrEqual(bed.pool.options.max);
        expect(others.mostListeners).toBeLessThanOrEqual(before.mostListeners);
        // An idle connection has one listener.
        expect(others.timers).toBeLessThanOrEqual(before.timers + bed.pool.options.max);
        expect(others.heapBytes - before.heapBytes).toBeLessThan(8 * 1_048_576);
      },
      timeoutMs,
    );
  });
