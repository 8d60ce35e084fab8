import type { EventEnvelope } from '@tidemark/kernel';
import fc from 'fast-check';
import { cards, logOf, marked, opened, owners, renamed, type BoardEvent } from './board.fixture';
import { foldAll } from './fold';
import type { Projection } from './projection';
import { foldAfresh, partitionHistory } from './refold';
import { refoldedAt } from './refolded-position';

const projections: readonly Projection[] = [cards, owners];

function historyOf(
  log: readonly EventEnvelope[],
  isLeftOut: (event: EventEnvelope) => boolean = () => false,
): AsyncIterable<EventEnvelope> {
  return partitionHistory({
    log: {
      readPartition: (_, from, limit) => Promise.resolve(log.slice(from - 1, from - 1 + limit)),
    },
    codec: {
      decode: ({ type, data }) => {
        if (type === 'Unreadable') {
          throw new Error('unreadable');
        }
        return { type, data };
      },
    },
    partition: 0,
    upTo: log.length,
    isLeftOut,
  });
}

describe('foldAfresh', () => {
  const ids = ['c1', 'c2', 'c3', 'Ada', 'Bob'];

  it('gives only the requested documents, each equal to the fold of everything', async () => {
    const card = fc.constantFrom('c1', 'c2', 'c3');
    const owner = fc.constantFrom('Ada', 'Bob');
    const event = fc.oneof(
      fc.tuple(fc.constant('card' as const), card, fc.nat(9)),
      fc.tuple(fc.constant('rename' as const), owner, fc.constantFrom('A.', 'B.')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), fc.subarray(ids), async (happened, wantedIds) => {
        const seen = new Set<string>();
        const log = logOf(
          happened.map(([kind, name, value]): BoardEvent => {
            if (kind === 'rename') {
              return renamed(name, String(value));
            }
            const of = name === 'c1' ? 'Ada' : 'Bob';
            const isNew = !seen.has(name);
            seen.add(name);
            return isNew ? opened(name, of) : marked(name, of, Number(value));
          }),
        );
        const wanted = new Set(wantedIds);
        const folded = await foldAfresh(
          historyOf(log),
          new Map(projections.map((projection) => [projection, wanted])),
        );
        for (const projection of projections) {
          const all = [...foldAll(projection, log)].filter(([id]) => wanted.has(id));
          expect(folded.get(projection)).toEqual(new Map(all));
        }
      }),
    );
  });

  it('reads in pages, and skips events that are left out without reading their data', async () => {
    const log = logOf(
      Array.from({ length: 1_201 }, (_, i) => (i === 0 ? opened('c1', 'Ada') : marked('c1', 'Ada', 1))),
    );
    const unreadable = { ...log[700]!, type: 'Unreadable' };
    const read: number[] = [];
    for await (const { position } of historyOf(
      log.with(700, unreadable),
      ({ type }) => type === 'Unreadable',
    )) {
      read.push(position);
    }
    expect(read).toEqual(log.map(({ position }) => position).filter((position) => position !== 701));
  });
});

describe('refoldedAt', () => {
  /** The number of times that a document may be folded again at one checkpoint. */
  const stepsAt = (checkpoint: number) => 1 / (refoldedAt(checkpoint, undefined) - checkpoint);

  const checkpoint = fc.oneof(
    fc.integer({ min: 1, max: 2 ** 40 }),
    fc.constantFrom(1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 40 - 1, 2 ** 40),
  );

  it('is after the checkpoint and the loaded position, and before the next event', () => {
    fc.assert(
      fc.property(checkpoint, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (at, part) => {
        const step = 1 / stepsAt(at);
        const loadedAt = at + Math.floor(part * (stepsAt(at) - 1)) * step;
        const next = refoldedAt(at, loadedAt);
        expect(next).toBe(loadedAt + step);
        expect(next).toBeGreaterThan(loadedAt);
        expect(next).toBeLessThan(at + 1);
      }),
    );
  });

  it('continues after the 1,023 steps of earlier versions', () => {
    for (const at of [1, 999, 2 ** 20, 2 ** 32, 2 ** 40]) {
      const ended = at + 1_023 / 1_024;
      const next = refoldedAt(at, ended);
      expect(next).toBeGreaterThan(ended);
      expect(next).toBeLessThan(at + 1);
    }
  });

  it('starts over after a later checkpoint, whatever the loaded position is', () => {
    expect(refoldedAt(8, 7.5)).toBe(refoldedAt(8, undefined));
    expect(refoldedAt(8, 3)).toBe(refoldedAt(8, undefined));
  });

  it('has more steps than any installation can use in its life', () => {
    const years = 50;
    const eventsReadInYears = years * 365 * 86_400 * 1_000_000;
    fc.assert(
      fc.property(checkpoint, (at) => {
        expect(at * stepsAt(at)).toBeGreaterThan(eventsReadInYears);
      }),
    );
  });

  it('throws instead of returning the position of the next event', () => {
    expect(() => refoldedAt(7, 7 + (1 - 1 / stepsAt(7)))).toThrow('refolded too often at position');
  });
});
