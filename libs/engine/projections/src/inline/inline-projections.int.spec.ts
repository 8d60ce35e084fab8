import { walkInterleavings, walkKills } from '@tidemark/test-servers';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { cards, marked, opened, owners, renamed, weatherChanged } from '../board.fixture';
import {
  DocumentMissingError,
  ForeignPartitionError,
  InlineNotPreparedError,
  ProjectionFailedError,
} from '../errors';
import type { Projection } from '../projection';
import { appendOf, board, openInlineBed, type InlineBed, type InlineProcess } from './inline-bed.fixture';

let bed: InlineBed;
let here: InlineProcess;
let there: InlineProcess;
/** A process of an earlier release, which has no inline projections. */
let without: InlineProcess;

beforeAll(async () => {
  bed = await openInlineBed();
  here = bed.open(board);
  there = bed.open(board);
  without = bed.open([]);
  await here.inline.prepare();
  await here.inline.fill();
});
afterAll(() => bed.close());

/** A card and its owner, which no other test has. */
function newCard() {
  return { card: `card-${randomUUID()}`, owner: `owner-${randomUUID()}` };
}

const marksOf = async (card: string) => (await bed.stored(cards)).get(card);

describe('inline projections', () => {
  it('are in the read model when the append is answered', async () => {
    const { card, owner } = newCard();
    await here.store.append(appendOf(owner, [opened(card, owner)]));
    expect(await marksOf(card)).toMatchObject({ owner: { name: owner }, marks: [] });
    const two = [marked(card, owner, 1), renamed(owner, 'A.'), marked(card, owner, 2), weatherChanged];
    const { position } = await here.store.append(appendOf(owner, two));
    expect(await marksOf(card)).toMatchObject({
      owner: { name: 'A.' },
      marks: [1, 2],
      position: position - 1,
    });
    expect((await bed.stored(owners)).get(owner)).toMatchObject({ cards: 1, sum: 3 });
    await bed.expectFolded();
  });

  it('are the fold of the log, whoever appends and however appends come together', async () => {
    const names = Array.from({ length: 6 }, () => `owner-${randomUUID()}`);
    const action = fc.record({
      owner: fc.constantFrom(...names),
      process: fc.nat(1),
      many: fc.boolean(),
      inTurn: fc.boolean(),
      kind: fc.constantFrom('mark', 'rename', 'weather'),
      mark: fc.nat(99),
    });
    await Promise.all(
      names.map((owner) => here.store.append(appendOf(owner, [opened(`card of ${owner}`, owner)]))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 80 }), async (actions) => {
        await Promise.all(
          actions.map(({ owner, process, many, inTurn, kind, mark }, index) => {
            const { store } = [here, there][process]!;
            const card = `card of ${owner}`;
            const event = {
              mark: marked(card, owner, mark),
              rename: renamed(owner, `name ${mark}`),
              weather: weatherChanged,
            }[kind]!;
            const request = appendOf(owner, many ? [event, marked(card, owner, 1)] : [event]);
            if (index % 10 === 0) {
              const next = names[(names.indexOf(owner) + 1) % names.length]!;
              const { command } = request;
              return store.appendMany({
                command,
                appends: [request, appendOf(next, [marked(`card of ${next}`, next, mark)])],
              });
            }
            return inTurn
              ? store.inTurn(`Board-${owner}`, (append) => append(request))
              : store.append(request);
          }),
        );
        await bed.expectFolded();
      }),
      { numRuns: 8 },
    );
  });

  it('share the transactions of appends that come together', async () => {
    const { card, owner } = newCard();
    await here.store.append(appendOf(owner, [opened(card, owner)]));
    const statements = jest.spyOn(here.pool, 'connect');
    const all = Array.from({ length: 50 }, (_, mark) =>
      here.store.append(appendOf(owner, [marked(card, owner, mark)], { aggregateId: `${owner}-${mark}` })),
    );
    await Promise.all(all);
    expect(statements.mock.calls.length).toBeLessThan(10);
    statements.mockRestore();
    await bed.expectFolded();
  });

  describe('if the projection throws', () => {
    it('the append fails with its error, and nothing is written', async () => {
      const { card, owner } = newCard();
      const before = await here.store.heads();
      for (const send of [
        () => here.store.append(appendOf(owner, [marked(card, owner, 1)])),
        () => here.store.append(appendOf(owner, [opened(card, owner), marked('no card', owner, 1)])),
        () =>
          here.store.inTurn(`Board-${owner}`, (append) => append(appendOf(owner, [marked(card, owner, 1)]))),
        () => {
          const { command, ...append } = appendOf(owner, [marked(card, owner, 1)]);
          const { card: other, owner: another } = newCard();
          return here.store.appendMany({
            command,
            appends: [appendOf(another, [opened(other, another)]), append],
          });
        },
      ]) {
        const failed = send();
        await expect(failed).rejects.toThrow(ProjectionFailedError);
        await expect(failed).rejects.toMatchObject({ cause: expect.any(DocumentMissingError) as unknown });
      }
      expect(await here.store.heads()).toEqual(before);
      expect(await marksOf(card)).toBeUndefined();
      await bed.expectFolded();
    });

    it('neighbours of the same batch are written, also those of the same stream', async () => {
      const { card, owner } = newCard();
      await here.store.append(appendOf(owner, [opened(card, owner)]));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, index) => {
          const isFaulty = index % 8 === 3;
          const stream = index % 2 === 0 ? owner : `${owner}-${index}`;
          return here.store.append(
            appendOf(owner, [marked(isFaulty ? 'no card' : card, owner, 1)], { aggregateId: stream }),
          );
        }),
      );
      const statuses = outcomes.map(({ status }) => status);
      expect(statuses).toEqual(
        Array.from({ length: 40 }, (_, index) => (index % 8 === 3 ? 'rejected' : 'fulfilled')),
      );
      expect((await marksOf(card))?.['marks' as never]).toHaveLength(35);
      await bed.expectFolded();
    });

    it('a document of two partitions makes only the second append fail', async () => {
      const { card, owner } = newCard();
      const keys = Array.from({ length: 12 }, () => `owner-${randomUUID()}`);
      const outcomes = await Promise.allSettled(
        keys.map((key, index) =>
          [here, there][index % 2]!.store.append(appendOf(key, [opened(card, owner)])),
        ),
      );
      const partitionOf = (await marksOf(card))!.partition;
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') {
          expect(outcome.value.partition).toBe(partitionOf);
        } else {
          expect(outcome.reason).toBeInstanceOf(ForeignPartitionError);
        }
      }
      expect(new Set(outcomes.map(({ status }) => status)).size).toBe(2);
      await bed.expectFolded();
    });
  });

  it('a killed append leaves the event and its documents, or neither', async () => {
    const statements = await walkKills(
      {
        prepare: async () => {
          const fresh = newCard();
          await here.store.append(appendOf(fresh.owner, [opened(fresh.card, fresh.owner)]));
          return { ...fresh, request: appendOf(fresh.owner, [marked(fresh.card, fresh.owner, 7)]) };
        },
        work: ({ request }) => here.store.append(request),
        check: async ({ card, request }, outcome) => {
          // The store repeats an append whose outcome is unknown.
          expect(outcome).toMatchObject({ status: 'fulfilled', value: { version: 2 } });
          expect(await here.store.append(request)).toMatchObject({ repeated: true, version: 2 });
          expect(await marksOf(card)).toMatchObject({ marks: [7] });
          await bed.expectFolded();
        },
      },
      bed.admin,
    );
    expect(statements).toEqual(
      expect.arrayContaining(['BEGIN', 'append-event', 'lock-inline-checkpoints', 'read-spans', 'COMMIT']),
    );
  });

  it('are the fold of the log, whatever another process commits between two statements', async () => {
    const { failures, courses } = await walkInterleavings(
      {
        name: 'an inline append',
        prepare: async () => {
          const fresh = newCard();
          await here.store.append(appendOf(fresh.owner, [opened(fresh.card, fresh.owner)]));
          // Without these events, `fill` has nothing to do.
          await without.store.append(appendOf(fresh.owner, [marked(fresh.card, fresh.owner, 1)]));
          return fresh;
        },
        work: ({ card, owner }) => here.store.append(appendOf(owner, [marked(card, owner, 2)])),
        rivals: {
          'an append to the same document': ({ card, owner }) =>
            there.store.append(appendOf(owner, [marked(card, owner, 3), renamed(owner, 'R.')])),
          'an append without the projections': ({ card, owner }) =>
            without.store.append(appendOf(owner, [marked(card, owner, 4)])),
          'a fill': () => there.inline.fill(),
        },
        faultsOf: async (_world, { work, rival }) => {
          const faults = [work, rival].flatMap((outcome) =>
            outcome.status === 'rejected' ? [String(outcome.reason)] : [],
          );
          await here.inline.fill();
          await bed.expectFolded().catch((error: unknown) => faults.push(String(error)));
          return faults;
        },
      },
      { server: bed.admin },
    );
    expect(failures).toEqual([]);
    expect(courses.played).toBeGreaterThan(6);
  });

  it('readers never see an event without its documents', async () => {
    const { card, owner } = newCard();
    await here.store.append(appendOf(owner, [opened(card, owner)]));
    let writing = true;
    const reader = (async () => {
      let seen = 0;
      while (writing) {
        const { rows } = await bed.admin.query<{ marks: number; events: number }>(
          `SELECT jsonb_array_length(document -> 'marks') AS marks, (
             SELECT count(*) FROM event_store.events WHERE stream_id = $2 AND event_type = 'CardMarked'
           ) AS events
           FROM read_models.cards_v1_g0 WHERE _id = $1`,
          [card, `Board-${owner}`],
        );
        expect(rows[0]!.marks).toBe(rows[0]!.events);
        seen += 1;
      }
      return seen;
    })();
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(
        [here, there, here].map(({ store }) => store.append(appendOf(owner, [marked(card, owner, round)]))),
      );
    }
    writing = false;
    expect(await reader).toBeGreaterThan(5);
  });

  describe('behind the log', () => {
    it('an append folds the events of processes without the projection', async () => {
      const { card, owner } = newCard();
      await without.store.append(appendOf(owner, [opened(card, owner), marked(card, owner, 1)]));
      expect(await marksOf(card)).toBeUndefined();
      await here.store.append(appendOf(owner, [marked(card, owner, 2)]));
      expect(await marksOf(card)).toMatchObject({ marks: [1, 2] });
      await here.inline.fill();
      await bed.expectFolded();
    });

    it('a projection that is far behind waits for fill, and appends go on', async () => {
      const { card, owner } = newCard();
      const slow = bed.open(board, { maxCatchUp: 3, pageSize: 2 });
      await without.store.append(
        appendOf(owner, [opened(card, owner), ...[1, 2, 3].map((mark) => marked(card, owner, mark))]),
      );
      await slow.store.append(appendOf(owner, [marked(card, owner, 4)]));
      expect(await marksOf(card)).toBeUndefined();
      await Promise.all([
        slow.inline.fill(),
        here.inline.fill(),
        ...Array.from({ length: 10 }, () => slow.store.append(appendOf(owner, [marked(card, owner, 5)]))),
      ]);
      await slow.inline.fill();
      expect((await marksOf(card))?.['marks' as never]).toHaveLength(14);
      await bed.expectFolded();
    });

    it('an event of another process that can not be folded does not make appends fail', async () => {
      const isolated = await openInlineBed();
      try {
        const faults: unknown[] = [];
        const process = isolated.open(board, {
          onBehind: (projection, _partition, fault) => faults.push([projection, fault]),
        });
        await process.inline.prepare();
        const { card, owner } = newCard();
        await isolated
          .open([])
          .store.append(appendOf(owner, [opened(card, owner), marked('none', owner, 1)]));
        await process.store.append(appendOf(owner, [marked(card, owner, 2)]));
        expect(faults).toEqual([[cards.name, expect.any(ProjectionFailedError)]]);
        // The owner needs no card, so this projection is not behind.
        expect((await isolated.stored(owners)).get(owner)).toMatchObject({ cards: 1, sum: 3 });
        expect(await isolated.stored(cards)).toEqual(new Map());
        await expect(process.inline.fill()).rejects.toThrow(ProjectionFailedError);
      } finally {
        await isolated.close();
      }
    });
  });

  describe('a raised version', () => {
    const shouting: Projection = {
      ...(cards as Projection),
      version: 2,
      evolve: (document, event, id) => {
        const content = (cards as Projection).evolve(document, event, id);
        return content && ({ ...content, shout: 'yes' } as typeof content);
      },
    };

    it('is filled beside the old one while appends continue, and then kept current', async () => {
      const { card, owner } = newCard();
      await here.store.append(appendOf(owner, [opened(card, owner)]));
      const next = bed.open([shouting, owners], { pageSize: 7 });
      await expect(next.store.append(appendOf(owner, [marked(card, owner, 1)]))).rejects.toThrow(
        InlineNotPreparedError,
      );
      await next.inline.prepare();
      const appends = Array.from({ length: 30 }, (_, mark) =>
        [here, next][mark % 2]!.store.append(appendOf(owner, [marked(card, owner, mark)])),
      );
      await Promise.all([...appends, next.inline.fill()]);
      await next.store.append(appendOf(owner, [marked(card, owner, 99)]));
      await next.inline.fill();
      await bed.expectFolded([shouting, owners]);
      expect((await bed.stored(shouting)).get(card)).toMatchObject({ shout: 'yes' });
      // The old version is current after the next append that knows it.
      await here.store.append(appendOf(owner, [marked(card, owner, 100)]));
      expect((await marksOf(card))?.['marks' as never]).toHaveLength(32);

      expect(await next.inline.dropRetired()).toEqual(['cards_v1_g0']);
      expect(await next.inline.dropRetired()).toEqual([]);
      await expect(bed.stored(cards)).rejects.toThrow('does not exist');
      await next.store.append(appendOf(owner, [marked(card, owner, 101)]));
      await next.inline.fill();
      await bed.expectFolded([shouting, owners]);
    });
  });
});
