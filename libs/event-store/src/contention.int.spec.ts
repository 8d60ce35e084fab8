import { contend } from './contention.fixture';
import { openPostgresBed, type PostgresBed } from './postgres-bed.fixture';

/** `contention.long.spec.ts` does the same for longer. */
describe('replicas that write to one stream', () => {
  let bed: PostgresBed;

  beforeAll(async () => {
    bed = await openPostgresBed();
  });
  afterEach(() => bed.expectGaplessLog());
  afterAll(() => bed.close());

  it.each([
    { replicas: 2, asks: false },
    { replicas: 4, asks: false },
    { replicas: 2, asks: true },
  ])('all get their share, and none gives up: %j', async ({ replicas, asks }) => {
    const { accepted, gaveUp, version, leastShare } = await contend(bed, { replicas, asks, forMs: 1_500 });
    expect(gaveUp).toEqual([]);
    expect(version).toBe(accepted.reduce((sum, one) => sum + one));
    expect(leastShare).toBeGreaterThanOrEqual(0.5);
  });
});
