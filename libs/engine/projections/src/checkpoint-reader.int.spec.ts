import { movedOn, parkedStream, type GroupStore } from '@tidemark/messaging';
import { logOf, weatherChanged } from './board.fixture';
import { CheckpointReader } from './checkpoint-reader';
import { lineOf } from './generations/generation';
import { overriding } from './faulty-stores.fixture';
import type { ProjectionStore } from './generations/projection-store';
import { openStoreBed, storeKinds, type StoreBed } from './store-bed.fixture';

describe.each(storeKinds)('on %s', (kind) => {
  const group = 'projections';
  /** Two streams, in turn. */
  const log = logOf(Array.from({ length: 6 }, () => weatherChanged)).map((event) => ({
    ...event,
    streamId: event.position % 2 ? 'Odd' : 'Even',
  }));
  let bed: StoreBed;
  let store: GroupStore;
  let reader: CheckpointReader;
  /** How often the group's feeds were looked up. */
  let looks = 0;

  /** Counts the look-ups. */
  function counting(projections: ProjectionStore): ProjectionStore {
    return {
      ...projections,
      feeds: (name) => {
        const feeds = projections.feeds(name);
        return overriding(feeds, {
          of: (partitions) => {
            looks += 1;
            return feeds.of(partitions);
          },
        });
      },
    };
  }

  beforeAll(async () => {
    bed = await openStoreBed(kind);
    store = bed.store.group(group);
    const readPartition = (_: number, from: number) => Promise.resolve(log.slice(from - 1, from));
    reader = new CheckpointReader({
      store: counting(bed.store),
      group,
      log: { readPartition },
      pollIntervalMs: 5,
    });
  });
  afterAll(() => bed.close());
  beforeEach(() => bed.loseEverything());

  async function advance(partition: number, from: number, to: number, of = store): Promise<void> {
    const lease = (await of.acquire(partition, 'a', 60_000))!;
    await of.advance(lease, { position: from }, { position: to, eventId: `e${to}` });
  }

  describe('CheckpointReader', () => {
    it('does not wait if the positions are reached', async () => {
      await advance(0, 0, 5);
      await advance(1, 0, 2);
      expect(await reader.waitFor([], 0)).toBe(true);
      const positions = [
        { partition: 0, position: 5 },
        { partition: 1, position: 1 },
      ];
      expect(await reader.waitFor(positions, 0)).toBe(true);
    });

    it('answers as soon as the last partition reaches its position', async () => {
      await advance(0, 0, 5);
      let answered = false;
      const waiting = reader
        .waitFor(
          [
            { partition: 0, position: 6 },
            { partition: 1, position: 1 },
          ],
          30_000,
        )
        .finally(() => (answered = true));
      await advance(0, 5, 6);
      expect(answered).toBe(false);
      await advance(1, 0, 3);
      expect(await waiting).toBe(true);
    });

    it('waits only for the given read models, and not for a read model that is filled for the first time', async () => {
      await advance(0, 0, 5);
      await advance(0, 0, 5, bed.store.group(lineOf(group, 'cards_v1_g1')));
      const live = {
        current: () =>
          Promise.resolve(
            new Map([
              ['cards', 'cards_v1_g1'],
              ['owners', 'owners_v1_g1'],
            ]),
          ),
        vouchFor: () => true,
      };
      const ofSome = new CheckpointReader({
        store: bed.store,
        group,
        live,
        log: { readPartition: () => Promise.resolve([]) },
      });
      const contains = (...readModels: string[]) =>
        ofSome.waitFor([{ partition: 0, position: 5 }], 0, { readModels });
      expect(await Promise.all([contains('cards'), contains('owners'), contains('cards', 'owners')])).toEqual(
        [true, false, false],
      );
      expect(await ofSome.waitFor([{ partition: 0, position: 5 }], 0)).toBe(false);
    });

    it('waits until the given read model exists', async () => {
      await advance(0, 0, 5);
      const generations = new Map<string, string>();
      const live = { current: () => Promise.resolve(generations), vouchFor: () => true };
      const log = { readPartition: () => Promise.resolve([]) };
      const ofNew = new CheckpointReader({ store: bed.store, group, live, log, pollIntervalMs: 5 });
      const position = { partition: 0, position: 5 };
      expect(await ofNew.waitFor([position], 20, { readModels: ['cards'] })).toBe(false);

      const waiting = ofNew.waitFor([position], 30_000, { readModels: ['cards'] });
      await advance(0, 0, 5, bed.store.group(lineOf(group, 'cards_v1_g1')));
      generations.set('cards', 'cards_v1_g1');
      expect(await waiting).toBe(true);
    });

    it('gives up after the time limit, even on a partition that no replica has worked on', async () => {
      await advance(0, 0, 5);
      expect(await reader.waitFor([{ partition: 0, position: 6 }], 30)).toBe(false);
      expect(await reader.waitFor([{ partition: 9, position: 1 }], 0)).toBe(false);
    });

    it('checks once for all waiting queries, wakes each as soon as possible, and does not check when none waits', async () => {
      await advance(0, 0, 5);
      looks = 0;
      const waitFor = (position: number, timeoutMs: number) =>
        reader.waitFor([{ partition: 0, position }], timeoutMs);
      const early = Array.from({ length: 200 }, () => waitFor(5, 0));
      const late = Array.from({ length: 200 }, () => waitFor(6, 100));
      const patient = waitFor(7, 30_000);
      expect(new Set(await Promise.all(early))).toEqual(new Set([true]));
      expect(new Set(await Promise.all(late))).toEqual(new Set([false]));
      // The reader looks at most once every 5 ms, and a few times more for the reads that arrived meanwhile.
      expect(looks).toBeLessThan(30);
      await advance(0, 5, 7);
      expect(await patient).toBe(true);
      const looksSoFar = looks;
      // Waits for longer than several checks take.
      for (let position = 7; position < 17; position += 1) {
        await advance(0, position, position + 1);
      }
      expect(looks).toBe(looksSoFar);
    });

    it('ends at once a wait that is no longer needed, and stops checking after the last one', async () => {
      await advance(0, 0, 5);
      const [mine, another] = [new AbortController(), new AbortController()];
      const waitFor = ({ signal }: AbortController) =>
        reader.waitFor([{ partition: 0, position: 6 }], 60_000, { signal });
      const waits = [waitFor(mine), waitFor(another)];
      mine.abort();
      expect(await waits[0]).toBe(false);
      expect(await waitFor(mine)).toBe(false);
      another.abort();
      expect(await waits[1]).toBe(false);
      // The check that was under way.
      await reader.waitFor([], 0);
      looks = 0;
      // This loop takes longer than the time between several checks.
      for (let position = 5; position < 15; position += 1) {
        await advance(0, position, position + 1);
      }
      expect(looks).toBe(0);
    });

    it("fails all waiting queries if the store can't be read, and checks again for the next query", async () => {
      await advance(0, 0, 5);
      let isAway = true;
      const readPartition = () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve([]));
      const lease = (await store.acquire(1, 'a', 60_000))!;
      const stream = parkedStream(
        group,
        lease,
        { ...log[0]!, partition: 1 },
        { error: new Error('no'), attempts: 1 },
        '2026-01-01T00:00:00.000Z',
      );
      await bed.store.parked(group).park(lease, stream, { position: 0 }, { position: 1, eventId: 'e1' });
      const unlucky = new CheckpointReader({
        store: bed.store,
        group,
        log: { readPartition },
        pollIntervalMs: 5,
      });
      const waitFor = (partition: number) => unlucky.waitFor([{ partition, position: 1 }], 0);
      await expect(Promise.all([waitFor(1), waitFor(1)])).rejects.toThrow('away');
      isAway = false;
      expect(await waitFor(1)).toBe(true);
    });

    it('waits for an event of a parked stream until the retry, and for no other event', async () => {
      const parked = bed.store.parked(group);
      const lease = (await store.acquire(0, 'a', 60_000))!;
      await store.advance(lease, { position: 0 }, { position: 2, eventId: 'e2' });
      const failure = { error: new Error('no'), attempts: 1 };
      const stream = parkedStream(group, lease, log[2]!, failure, '2026-01-01T00:00:00.000Z');
      await parked.park(lease, stream, { position: 2 }, { position: 3, eventId: 'e3' });
      await store.advance(lease, { position: 3 }, { position: 6, eventId: 'e6' });

      const contains = (position: number) => reader.waitFor([{ partition: 0, position }], 0);
      expect(await Promise.all([1, 2, 3, 4, 5, 6].map(contains))).toEqual([
        true,
        true,
        false,
        true,
        false,
        true,
      ]);
      const waited = reader.waitFor([{ partition: 0, position: 5 }], 5_000);
      await parked.replace(lease, stream, movedOn(stream, undefined, 'a', '2026-01-02T00:00:00.000Z'));
      expect(await waited).toBe(true);
    });
  });
});
