import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import {
  isHeldBackBy,
  LeaseLostError,
  type GroupStore,
  type Lease,
  type ParkedBatch,
  type ParkedStream,
} from '@tidemark/messaging';
import fc from 'fast-check';
import {
  cardModel,
  cards,
  logOf,
  marked,
  opened,
  ownerModel,
  owners,
  renamed,
  type BoardEvent,
  type OwnerDocument,
} from './board.fixture';
import { ProjectionFailedError } from './errors';
import { fenceOf, InjectedCrash, probed, type Probe, type StoreCall } from './faulty-stores.fixture';
import { foldAll } from './fold';
import type { ParkedStreams } from './parked-streams';
import type { ProjectedDocument, Projection } from './projection';
import { ProjectionRunner } from './projection-runner';
import { openStoreBed, storeKinds, type StoreBed } from './store-bed.fixture';

describe.each(storeKinds)('on %s', (kind) => {
  const projections: readonly Projection[] = [cards, owners];
  const { signal } = new AbortController();
  /** A codec that changes nothing, because every event is stored in its current version here. */
  const codec: Pick<EventCodec, 'decode'> = { decode: ({ type, data }) => ({ type, data }) };

  let bed: StoreBed;
  let group: GroupStore;
  let parked: ParkedStreams;
  let lease: Lease;

  beforeAll(async () => {
    bed = await openStoreBed(kind, { cards: cardModel, owners: ownerModel });
    group = bed.store.group('test');
    parked = bed.store.parked('test');
  });
  afterAll(() => bed.close());
  beforeEach(startAnew);

  async function startAnew(): Promise<void> {
    await bed.loseEverything();
    lease = (await group.acquire(0, 'a', 60_000))!;
  }

  /**
   * Each card has a stream of its own here, and an owner's document takes events from all of them. A rename is in no
   * card's stream.
   */
  function streamOf(event: BoardEvent): string {
    return 'card' in event.data ? `Card-${event.data.card}` : 'Board';
  }

  function history(...events: readonly BoardEvent[]): EventEnvelope[] {
    return logOf(events).map((event, index) => ({ ...event, streamId: streamOf(events[index]!) }));
  }

  function runner(log: readonly EventEnvelope[], probe: Probe = {}): ProjectionRunner {
    const store = probed(bed.store, probe);
    return new ProjectionRunner({
      documents: store.documents,
      fence: fenceOf(store.feeds('test')),
      projections,
      parked,
      codec,
      log: {
        readPartition: (_, from, limit) => Promise.resolve(log.slice(from - 1, from - 1 + limit)),
      },
      chunkSize: 2,
    });
  }

  /** Lets the group apply the log, except for the stream of the event at `position`, which is parked. */
  async function goThrough(log: readonly EventEnvelope[], position: number): Promise<ParkedStream> {
    const event = log[position - 1]!;
    const { eventId, streamId, version, type } = event;
    const stream: ParkedStream = {
      id: '00000000-0000-4000-8000-000000000000',
      group: 'test',
      partition: 0,
      streamId,
      streamType: 'Card',
      status: 'PARKED',
      event: { position, version, eventId, type },
      error: { code: 'projection_failed', message: '' },
      attempts: 1,
      parkedAt: '2026-01-01T00:00:00.000Z',
      discarded: [],
      acts: [],
      revision: 1,
    };
    const at = (end: number) =>
      end === 0 ? { position: 0 } : { position: end, eventId: log[end - 1]!.eventId };
    const pass = (after: number, to: number) =>
      runner(log).handle(
        {
          lease,
          after: at(after),
          to: at(to),
          events: log.slice(after, to).filter((candidate) => !isHeldBackBy(stream, candidate)),
        },
        signal,
      );
    if (position > 1) {
      await pass(0, position - 1);
    }
    await parked.park(lease, stream, at(position - 1), at(position));
    if (position < log.length) {
      await pass(position, log.length);
    }
    return stream;
  }

  function retryOf(
    log: readonly EventEnvelope[],
    from: ParkedStream,
    change: Partial<ParkedStream> = {},
  ): ParkedBatch {
    const to: ParkedStream = { ...from, status: 'RESOLVED', ...change, revision: from.revision + 1 };
    const { position, eventId } = log[log.length - 1]!;
    return {
      lease,
      checkpoint: { position, eventId },
      events: log.filter((event) => isHeldBackBy(from, event) && !isHeldBackBy(to, event)),
      from,
      to,
      isLeftOut: (event) => isHeldBackBy(to, event),
    };
  }

  async function expectFold(log: readonly EventEnvelope[]): Promise<void> {
    for (const projection of projections) {
      const folded = [...foldAll(projection, log).values()].sort((a, b) => (a._id < b._id ? -1 : 1));
      const stored = await bed.stored(projection.name);
      expect(stored.map(content)).toEqual(folded.map(content));
    }
  }

  /**
   * Leaves out the position, because the position of a document that was folded again differs from that of a document
   * that was folded event by event.
   */
  function content(document: object): object {
    return { ...document, position: undefined };
  }

  const story = history(
    opened('c1', 'Ada'),
    opened('c2', 'Ada'),
    marked('c1', 'Ada', 1),
    opened('c3', 'Ada'),
    renamed('Ada', 'Countess'),
    marked('c2', 'Ada', 20),
    marked('c1', 'Ada', 300),
    marked('c2', 'Ada', 4_000),
  );

  describe('waiting events', () => {
    it('take effect in their place, however many later events have taken effect', async () => {
      const stream = await goThrough(story, 2);
      await expectFold(story.filter((event) => event.streamId !== 'Card-c2'));
      await runner(story).handleParked(retryOf(story, stream), signal);
      await expectFold(story);
      expect(await parked.find(stream.id)).toMatchObject({ status: 'RESOLVED' });
    });

    it('may be retried in parts of any size', async () => {
      const stream = await goThrough(story, 2);
      const { eventId, type } = story[5]!;
      const first = retryOf(story, stream, {
        status: 'PARKED',
        event: { position: 6, version: 2, eventId, type },
      });
      await runner(story).handleParked(first, signal);
      await expectFold(story.filter((event) => event.streamId !== 'Card-c2' || event.position < 6));
      await runner(story).handleParked(retryOf(story, first.to), signal);
      await expectFold(story);
    });

    it('affect, if they select by fields, the documents that match at the retry, including new ones', async () => {
      const stream = await goThrough(story, 5);
      await runner(story).handleParked(retryOf(story, stream), signal);
      await expectFold(story);
    });

    it('take effect once, wherever the process dies', async () => {
      const calls: string[] = [];
      const count = await goThrough(story, 2);
      await runner(story, { before: (call) => void calls.push(call) }).handleParked(
        retryOf(story, count),
        signal,
      );
      expect(new Set(calls)).toEqual(new Set(['load', 'confirm', 'write']));
      for (let fatal = 0; fatal < calls.length; fatal++) {
        for (const moment of ['before', 'after'] as const) {
          await startAnew();
          const stream = await goThrough(story, 2);
          let call = 0;
          const dying = runner(story, {
            [moment]: () => {
              if (call++ === fatal) {
                throw new InjectedCrash();
              }
            },
          });
          await expect(dying.handleParked(retryOf(story, stream), signal)).rejects.toThrow(InjectedCrash);
          expect(await parked.find(stream.id)).toEqual(stream);
          await runner(story).handleParked(retryOf(story, stream), signal);
          await expectFold(story);
        }
      }
    });

    it("can't be undone by an owner that loaded the documents before", async () => {
      const log = history(
        opened('c1', 'Ada'),
        opened('c2', 'Ada'),
        marked('c1', 'Ada', 1),
        marked('c2', 'Ada', 20),
        marked('c2', 'Ada', 300),
      );
      // The checkpoint is at an event of the document that is folded again. So folding alone would not move the
      // document's position.
      const seen = log.slice(0, 4);
      const stream = await goThrough(seen, 3);
      const held = lease;
      const after = { position: 4, eventId: log[3]!.eventId };
      const to = { position: 5, eventId: log[4]!.eventId };
      const zombie = runner(log, {
        [kind === 'MongoDB' ? 'after' : 'before']: async (call: StoreCall) => {
          if (['confirm', 'commit'].includes(call) && lease === held) {
            await group.release(held);
            lease = (await group.acquire(0, 'b', 60_000))!;
            const [loaded] = await parked.load(lease);
            expect(loaded).toEqual(stream);
            await runner(log).handleParked(retryOf(seen, stream), signal);
          }
        },
      });
      const late = zombie.handle({ lease: held, after, to, events: [log[4]!] }, signal);
      await expect(late).rejects.toBeInstanceOf(LeaseLostError);
      await runner(log).handle({ lease, after, to, events: [log[4]!] }, signal);
      await expectFold(log);
    });

    it('do not change documents and record if they fail again', async () => {
      const log = history(
        opened('c1', 'Ada'),
        opened('c2', 'Ada'),
        marked('c9', 'Ada', 1),
        marked('c2', 'Ada', 2),
      );
      const stream = await goThrough(log, 3);
      const again = runner(log).handleParked(retryOf(log, stream), signal);
      await expect(again).rejects.toBeInstanceOf(ProjectionFailedError);
      await expectFold([log[0]!, log[1]!, log[3]!]);
      expect(await parked.find(stream.id)).toEqual(stream);
    });
  });

  describe('waiting events, with random logs and crashes', () => {
    const card = fc.constantFrom('c1', 'c2', 'c3', 'c4');
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(fc.constant('card' as const), card, fc.integer({ min: 1, max: 99 })) },
      {
        weight: 1,
        arbitrary: fc.tuple(
          fc.constant('rename' as const),
          fc.constantFrom('Ada', 'Bob'),
          fc.constantFrom('A.', 'B.'),
        ),
      },
    );
    /** The first event on a card opens it. */
    const logs = fc.array(action, { minLength: 1, maxLength: 25 }).map((actions) => {
      const seen = new Set<string>();
      return history(
        ...actions.map(([kind, name, value]): BoardEvent => {
          if (kind === 'rename') {
            return renamed(name, String(value));
          }
          const of = name < 'c3' ? 'Ada' : 'Bob';
          const isNew = !seen.has(name);
          seen.add(name);
          return isNew ? opened(name, of) : marked(name, of, Number(value));
        }),
      );
    });
    const crashes = fc.array(fc.record({ atCall: fc.nat(8), reaching: fc.nat(2) }), { maxLength: 3 });

    it('result in exactly the fold of the log after their retry', async () => {
      await fc.assert(
        fc.asyncProperty(logs, fc.nat(), crashes, async (log, chosen, plan) => {
          await startAnew();
          const stream = await goThrough(log, 1 + (chosen % log.length));
          await expectFold(log.filter((event) => !isHeldBackBy(stream, event)));
          let isDone = false;
          for (const { atCall, reaching } of plan) {
            let calls = 0;
            const crashing = runner(log, {
              before: (call) => {
                if (calls++ === atCall && call !== 'write') {
                  throw new InjectedCrash();
                }
              },
              reaching: (changes) => (calls - 1 === atCall ? Math.min(reaching, changes - 1) : changes),
            });
            if (!isDone) {
              isDone = await crashing.handleParked(retryOf(log, stream), signal).then(
                () => true,
                (error: unknown) => {
                  expect(error).toBeInstanceOf(InjectedCrash);
                  return false;
                },
              );
            }
          }
          if (!isDone) {
            await runner(log).handleParked(retryOf(log, stream), signal);
          }
          await expectFold(log);
        }),
        { numRuns: 50 },
      );
    });
  });

  describe('a discarded event', () => {
    it('leaves no trace of its partial effect, and the rest of its stream takes effect', async () => {
      const stream = await goThrough(story, 3);
      // The process seems to have died in the middle: one of the event's documents was written.
      const owner = (await bed.stored('owners')).find(({ _id }) => _id === 'Ada') as OwnerDocument;
      await bed.put('owners', { ...owner, sum: owner.sum + 1 } as ProjectedDocument);
      const discarded = retryOf(story, stream, { discarded: [stream.event] });
      await runner(story).handleParked({ ...discarded, events: [], discarded: story[2]! }, signal);
      await expectFold(story.filter((event) => event.position !== 3));
    });

    it('leaves no document that only it has made', async () => {
      const stream = await goThrough(story, 4);
      // The process seems to have died in the middle: the card that the event opens was written.
      const card = foldAll(cards, story).get('c3')!;
      await bed.put('cards', card);
      const discarded = retryOf(story, stream, { discarded: [stream.event] });
      await runner(story).handleParked({ ...discarded, events: [], discarded: story[3]! }, signal);
      await expectFold(story.filter((event) => event.position !== 4));
    });
  });
});
