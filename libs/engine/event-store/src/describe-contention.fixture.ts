import { contend } from './contention.fixture';
import { openPostgresBed, type PostgresBed } from './postgres-bed.fixture';

export interface Contenders {
  readonly replicas: number;
  /** The number of replicas that ask an outside party. */
  readonly asking: number;
}

export const describeContention = (title: string, forMs: number, contenders: readonly Contenders[]): void =>
  describe(title, () => {
    let bed: PostgresBed;

    beforeAll(async () => {
      bed = await openPostgresBed();
    });
    afterEach(() => bed.expectGaplessLog());
    afterAll(() => bed.close());

    it.each(contenders)('all get their share, and no command gives up: %j', async ({ replicas, asking }) => {
      const { accepted, gaveUp, version, leastShare } = await contend(bed, { replicas, asking, forMs });
      expect(gaveUp).toEqual([]);
      expect(version).toBe(accepted.reduce((sum, one) => sum + one));
      expect(leastShare).toBeGreaterThanOrEqual(0.5);
    });
  });
