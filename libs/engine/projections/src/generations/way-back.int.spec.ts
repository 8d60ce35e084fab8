import { eventually } from '@tidemark/test-servers';
import { cards, opened, owners } from '../board.fixture';
import type { Projection } from '../projection';
import { storeKinds } from '../store-bed.fixture';
import { GenerationsBed, partitions } from './generations-bed.fixture';

describe.each(storeKinds)('on %s', (kind) => {
  const before: readonly Projection[] = [cards, owners];
  const release: readonly Projection[] = [{ ...cards, version: 2 }, owners];
  let bed: GenerationsBed;

  beforeAll(async () => {
    bed = await GenerationsBed.open(kind);
  });
  afterAll(() => bed.close());
  beforeEach(() => bed.reset());

  /** A raised version has gone live, its replicas have taken over, and nothing was written since. */
  async function deploy(): Promise<void> {
    for (let partition = 0; partition < partitions; partition += 1) {
      bed.append(partition, opened(`card-${partition}`, `Ada-${partition}`));
    }
    const old = [bed.consumer('old', before), bed.keeper('old', before)];
    await bed.expectFold(cards, await bed.live('cards'));
    bed.keeper('new', release);
    await bed.rebuilds(release).requestRaised();
    await eventually(async () => expect(await bed.live('cards')).toBe('cards_v2_g2'));
    await Promise.all(old.map((one) => one.stop()));
    await bed.consumer('new', release).hasEverything();
  }

  describe('a rollback from a raised version, without new events', () => {
    it('is refused while no replica has the code of the previous release, and then succeeds', async () => {
      await deploy();
      expect(await bed.rebuilds(release).rollBack('cards')).toBe('previous_generation_behind');
      expect(await bed.live('cards')).toBe('cards_v2_g2');

      bed.keeper('old again', before);
      await eventually(async () =>
        expect(await bed.rebuilds(release).rollBack('cards')).toEqual({ version: 1, generation: 1 }),
      );
      bed.append(0, opened('after the way back', 'Ada-0'));
      await bed.expectFold(cards, 'cards_v1_g1');
    });
  });
});
