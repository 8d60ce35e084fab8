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

  it('gives of the documents that are asked for what the fold of everything gives, and no others', async () => {
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

  it('reads in pages, and passes over what is left out without reading what is in it', async () => {
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
  it('is behind the checkpoint and what was loaded, before the next event, and never the same twice', () => {
    let position: number | undefined;
    for (let times = 0; times < 1_023; times += 1) {
      const next = refoldedAt(2 ** 40, position);
      expect(next).toBeGreaterThan(position ?? 2 ** 40);
      expect(next).toBeLessThan(2 ** 40 + 1);
      position = next;
    }
    expect(() => refoldedAt(2 ** 40, position)).toThrow('folded afresh');
  });
});
