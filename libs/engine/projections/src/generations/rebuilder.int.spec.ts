import { silentLogger } from '@tidemark/messaging';
import { eventually } from '@tidemark/test-servers';
import { cards, marked, opened, owners } from '../board.fixture';
import { overriding } from '../faulty-stores.fixture';
import type { ProjectedDocument, Projection } from '../projection';
import type { ProjectionStore } from './projection-store';
import { storeKinds } from '../store-bed.fixture';
import { GenerationFeeds } from './generation-feeds';
import { GenerationsBed, group, partitions } from './generations-bed.fixture';
import { GenerationRegistry } from './generation-registry';
import type { Rebuild } from './rebuild';
import { Rebuilds } from './rebuilds';

describe.each(storeKinds)('on %s', (kind) => {
  const projections: readonly Projection[] = [cards, owners];
  let bed: GenerationsBed;

  beforeAll(async () => {
    bed = await GenerationsBed.open(kind);
  });
  afterAll(() => bed.close());
  beforeEach(async () => {
    await bed.reset();
    for (let partition = 0; partition < partitions; partition += 1) {
      const card = `card-${partition}`;
      bed.append(partition, opened(card, `Ada-${partition}`), marked(card, `Ada-${partition}`, 1));
    }
    bed.consumer('a', projections);
    await bed.registry.ensure(projections);
    await bed.expectFold(cards, 'cards_v1_g1');
  });

  async function request(): Promise<Rebuild> {
    return (await bed.rebuilds(projections).request('cards', 'somebody')) as Rebuild;
  }

  const find = ({ id }: Rebuild) => bed.rebuilds(projections).find(id);

  async function until(state: string, rebuild: Rebuild) {
    return eventually(async () => {
      const found = (await find(rebuild))!;
      expect(found).toMatchObject({ state });
      return found;
    });
  }

  /** A moment at which a replica stops until the test lets it continue. */
  function standstill() {
    let arrive = () => {};
    let resume = () => {};
    const reached = new Promise<void>((resolve) => (arrive = resolve));
    const over = new Promise<void>((resolve) => (resume = resolve));
    const here = async <Result>(result: Result): Promise<Result> => {
      arrive();
      await over;
      return result;
    };
    return { reached, resume: () => resume(), here };
  }

  /** The store of a replica that stands still as soon as it has claimed a rebuild. */
  function stillAfterClaim(
    store: ProjectionStore,
    here: <Result>(result: Result) => Promise<Result>,
  ): ProjectionStore {
    return {
      ...store,
      rebuilds: overriding(store.rebuilds, {
        claim: async (...given) => {
          const claimed = await store.rebuilds.claim(...given);
          return claimed ? here(claimed) : claimed;
        },
      }),
    };
  }

  describe('a replica that holds the claim on a rebuild', () => {
    it('does not damage a generation that went live while the replica stalled', async () => {
      const { reached, resume, here } = standstill();
      const still = bed.keeper('still', projections, { store: stillAfterClaim(bed.store, here) });
      const rebuild = await request();
      await reached;
      bed.keeper('other', projections);
      const done = await until('DONE', rebuild);

      resume();
      await still.stop();

      expect(await find(rebuild)).toEqual(done);
      expect(await bed.live('cards')).toBe('cards_v1_g2');
      await bed.expectFold(cards, 'cards_v1_g2');
      bed.append(0, opened('later', 'Ada-0'));
      await bed.expectFold(cards, 'cards_v1_g2');
    });

    it('is replaced by another replica if it dies during the verification', async () => {
      const { reached, resume, here } = standstill();
      const { registry, log } = bed;
      const rebuild = await request();
      const filling = bed.keeper('filling', projections, {
        registry: overriding(registry, { flip: () => Promise.resolve(false) }),
      });
      await until('VERIFYING', rebuild);
      await filling.stop();
      let claims = 0;
      const dead = bed.keeper('dead', projections, {
        store: stillAfterClaim(bed.store, (claimed) =>
          ++claims > 1 ? here(claimed) : Promise.resolve(claimed),
        ),
        log: overriding(log, {
          readPartition: async (...args: Parameters<typeof log.readPartition>) =>
            here(await log.readPartition(...args)),
        }),
      });
      await reached;
      bed.keeper('other', projections);
      const done = await until('DONE', rebuild);
      resume();
      await dead.stop();
      expect(await find(rebuild)).toEqual(done);
      await bed.expectFold(cards, 'cards_v1_g2');
    });

    it('releases the claim when it is stopped', async () => {
      const rebuild = await request();
      const claimMs = 600_000;
      const registry = overriding(bed.registry, { flip: () => Promise.resolve(false) });
      const stopped = bed.keeper('stopped', projections, { claimMs, registry });
      await until('VERIFYING', rebuild);
      await stopped.stop();
      bed.keeper('other', projections, { claimMs });
      await until('DONE', rebuild);
    });

    it('is replaced by another replica if it dies between the flip and its record', async () => {
      const { reached, resume, here } = standstill();
      const registry = new GenerationRegistry(bed.store);
      const dead = bed.keeper('dead', projections, {
        registry: overriding(registry, {
          flip: async (...args: Parameters<typeof registry.flip>) => here(await registry.flip(...args)),
        }),
      });
      const rebuild = await request();
      await reached;
      expect(await bed.live('cards')).toBe('cards_v1_g2');
      expect(await find(rebuild)).toMatchObject({ state: 'VERIFYING' });
      bed.keeper('other', projections);
      await until('DONE', rebuild);
      resume();
      await dead.stop();
      expect(await find(rebuild)).toMatchObject({ state: 'DONE', verifiedDocuments: expect.any(Number) });
    });
  });

  describe('a generation that a lost or restored database left behind', () => {
    it('is not filled, because the rebuild takes another collection', async () => {
      const stale = { _id: 'stale', partition: 0, position: 99, owner: { id: 'a', name: 'a' }, marks: [] };
      await bed.database.put('cards_v1_g2', stale as ProjectedDocument);
      bed.keeper('a', projections, { dropAfterMs: 1 });
      expect(await until('DONE', await request())).toMatchObject({ generation: 3 });
      expect(await bed.live('cards')).toBe('cards_v1_g3');
      await bed.expectFold(cards, 'cards_v1_g3');
    });
  });

  describe('a log that omits an event from a page', () => {
    it('fills no generation until it is complete again', async () => {
      bed.append(0, marked('card-0', 'Ada-0', 2), marked('card-0', 'Ada-0', 3));
      await bed.expectFold(cards, 'cards_v1_g1');
      const rebuild = await request();
      const { log } = bed;
      let hasHole = true;
      const errors: object[] = [];
      bed.keeper('a', projections, {
        logger: { ...silentLogger, error: (facts) => void errors.push(facts) },
        log: overriding(log, {
          readPartition: async (...args: Parameters<typeof log.readPartition>) => {
            const page = await log.readPartition(...args);
            return hasHole
              ? page.filter(({ partition, position }) => partition !== 0 || position !== 2)
              : page;
          },
        }),
      });
      await eventually(() =>
        expect(errors).toContainEqual(
          expect.objectContaining({ partition: 0, err: expect.objectContaining({ code: 'log_diverged' }) }),
        ),
      );
      expect(await find(rebuild)).toMatchObject({ state: 'FILLING' });
      hasHole = false;
      await until('DONE', rebuild);
      await bed.expectFold(cards, 'cards_v1_g2');
    });
  });

  describe('the progress of a rebuild', () => {
    it('is read before the heads of the log, so that it never exceeds them', async () => {
      const rebuild = await request();
      bed.keeper('a', projections);
      await until('DONE', rebuild);
      const reads: string[] = [];
      const positions = jest.spyOn(GenerationFeeds.prototype, 'positionsOf').mockImplementation(async () => {
        await Promise.resolve();
        reads.push('positions');
        return new Map([[0, 7]]);
      });
      const heads = () => {
        reads.push('heads');
        return Promise.resolve(new Map([[0, 7]]));
      };
      const { store, registry } = bed;
      await new Rebuilds({ store, group, projections, registry, log: { heads } }).find(rebuild.id);
      positions.mockRestore();
      expect(reads).toEqual(['positions', 'heads']);
    });
  });

  describe('a replica whose clock is a day ahead', () => {
    it('drops nothing before its time', async () => {
      bed.keeper('a', projections);
      await until('DONE', await request());
      await until('DONE', await request());
      const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 86_400_000);
      try {
        const looks = jest.spyOn(bed.registry, 'states');
        bed.keeper('ahead', projections);
        // Each check sends three statements.
        await eventually(() => expect(looks.mock.calls.length).toBeGreaterThan(12));
        looks.mockRestore();
      } finally {
        clock.mockRestore();
      }
      expect(await bed.registry.state('cards')).toMatchObject({
        live: { generation: 3 },
        previous: { generation: 2 },
        retired: [{ generation: 1 }],
      });
      expect(await bed.database.has('cards_v1_g1')).toBe(true);
    });
  });
});
