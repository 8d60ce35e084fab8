import fc from 'fast-check';
import { boardEvents } from '../board-events.fixture';
import { logOf, marked, opened, renamed } from '../board.fixture';
import { foldAll } from '../fold';
import { openStoreBed, storeKinds, type StoreBed } from '../store-bed.fixture';
import { points, pointsModel, pointsOf } from '../tally/points.fixture';

describe.each(storeKinds)('on %s', (kind) => {
  let bed: StoreBed;

  beforeAll(async () => {
    bed = await openStoreBed(kind, { points: pointsModel });
  });
  afterAll(() => bed.close());

  /** In two steps, so that documents are changed as well. */
  async function store(log: Parameters<typeof foldAll>[1]): Promise<void> {
    await bed.loseEverything();
    const events = [...log];
    const first = foldAll(points, events.slice(0, events.length / 2));
    for (const documents of [first, foldAll(points, events)]) {
      const changes = [...documents.values()].flatMap((document) => {
        const loadedAt = documents === first ? undefined : first.get(document._id)?.position;
        return loadedAt === document.position
          ? []
          : [{ document, ...(loadedAt !== undefined && { loadedAt }) }];
      });
      expect(await bed.store.documents.write('points', changes)).toEqual([]);
    }
  }

  it('adds up the entries of all partitions as if there were only one partition', async () => {
    const partitions = fc.array(boardEvents, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(partitions, async (events) => {
        const log = events.flatMap((ofPartition, partition) => logOf(ofPartition, partition));
        await store(log);
        const query = { where: {}, groupBy: ['what', 'odd'] as const };
        const rows = await bed.queries.addUp(pointsModel, 'points', query);
        const sums = rows.map(({ what, odd, times, points: sum }) => [
          `${what} ${odd}`,
          { times, points: sum },
        ]);
        expect(sums.sort()).toEqual([...pointsOf(log)].sort());
      }),
      { numRuns: 50 },
    );
  });

  it('adds up only the entries that meet the conditions, and groups them by the given fields', async () => {
    await store([
      ...logOf([opened('c1', 'Ada'), marked('c1', 'Ada', 1), marked('c1', 'Ada', 2)], 0),
      ...logOf([marked('c3', 'Bob', 3), marked('c3', 'Eve', 9), renamed('Eve', 'E.')], 1),
    ]);
    const query = { where: { what: { eq: 'marked' } }, groupBy: ['what'] as const };
    expect(await bed.queries.addUp(pointsModel, 'points', query)).toEqual([
      { what: 'marked', times: 3, points: 6 },
    ]);
  });

  it('sorts by sums and fields, and stops at the limit', async () => {
    await store(
      logOf([opened('c1', 'Ada'), marked('c1', 'Ada', 4), marked('c1', 'Ada', 3), opened('c2', 'Ada')]),
    );
    const query = {
      where: {},
      groupBy: ['what', 'odd'] as const,
      sort: { points: -1, odd: 1 } as const,
      limit: 2,
    };
    expect(await bed.queries.addUp(pointsModel, 'points', query)).toEqual([
      { what: 'marked', odd: 'false', times: 1, points: 4 },
      { what: 'marked', odd: 'true', times: 1, points: 3 },
    ]);
  });
});
