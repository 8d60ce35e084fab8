import { contend } from './contention.fixture';
import { openPostgresBed, type PostgresBed } from './postgres-bed.fixture';

describe('replicas that write to one stream for 30 s', () => {
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
    { replicas: 4, asks: true },
  ])('all get their share, and none gives up: %j', async ({ replicas, asks }) => {
    const { accepted, gaveUp, version, leastShare } = await contend(bed, { replicas, asks, forMs: 30_000 });
    expect(gaveUp).toEqual([]);
    expect(version).toBe(accepted.reduce((sum, one) => sum + one));
    expect(leastShare).toBeGreaterThanOrEqual(0.5);
  });
});
