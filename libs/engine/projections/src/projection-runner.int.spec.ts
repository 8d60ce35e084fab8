import { EventCodec, type EventEnvelope } from '@tidemark/kernel';
import {
  HandlerProgressedError,
  LeaseLostError,
  type Checkpoint,
  type GroupStore,
  type Lease,
  type PartitionBatch,
} from '@tidemark/messaging';
import fc from 'fast-check';
import {
  cardModel,
  cards,
  logOf,
  marked,
  opened,
  owners,
  renamed,
  weatherChanged,
  project,
  ownerModel,
  type CardDocument,
} from './board.fixture';
import { boardEvents } from './board-events.fixture';
import { ProjectionFailedError } from './errors';
import { fenceOf, InjectedCrash, probed, type Probe, type StoreCall } from './faulty-stores.fixture';
import { foldAll } from './fold';
import type { Projection } from './projection';
import { ProjectionRunner } from './projection-runner';
import { openStoreBed, storeKinds, type StoreBed } from './store-bed.fixture';

describe.each(storeKinds)('on %s', (kind) => {
  const projections: readonly Projection[] = [cards, owners];
  const partition = 0;
  const { signal } = new AbortController();
  /** The options for waiting events, which `parked-refold.int.spec.ts` tests. */
  const waiting = {
    log: { readPartition: () => Promise.reject(new Error('nothing waits')) },
    codec: new EventCodec([]),
    parked: { replace: () => Promise.reject(new Error('nothing waits')) },
  };

  /** Whether documents and checkpoint are written in one transaction. */
  const isAtomic = kind !== 'MongoDB';
  const writing: StoreCall = isAtomic ? 'commit' : 'write';

  let bed: StoreBed;
  let group: GroupStore;

  beforeAll(async () => {
    bed = await openStoreBed(kind, { cards: cardModel, owners: ownerModel });
    group = bed.store.group('test');
  });
  afterAll(() => bed.close());
  beforeEach(loseEverything);

  function loseEverything(): Promise<void> {
    return bed.loseEverything();
  }

  function stores(probe: Probe = {}) {
    const store = probed(bed.store, probe);
    return { documents: store.documents, fence: fenceOf(store.feeds('test')) };
  }

  function runner(probe: Probe = {}): ProjectionRunner {
    return new ProjectionRunner({ ...waiting, projections, chunkSize: 2, ...stores(probe) });
  }

  async function lease(owner = 'a'): Promise<Lease> {
    return (await group.acquire(partition, owner, 60_000))!;
  }

  function batchOf(
    held: Lease,
    log: readonly EventEnvelope[],
    after: Checkpoint,
    size = log.length,
  ): PartitionBatch {
    const events = log.slice(after.position, after.position + size);
    const { position, eventId } = events[events.length - 1]!;
    return { lease: held, after, to: { position, eventId }, events };
  }

  /** Delivers the log from the checkpoint to its end, as the next owner does after a crash. */
  async function deliverRest(log: readonly EventEnvelope[], owner = 'a'): Promise<void> {
    const held = await lease(owner);
    const after = (await group.loadCheckpoint(partition))!;
    if (after.position < log.length) {
      await runner().handle(batchOf(held, log, after), signal);
    }
  }

  const stored = (model: string): Promise<readonly unknown[]> => bed.stored(model);

  async function expectFold(log: readonly EventEnvelope[]): Promise<void> {
    for (const projection of projections) {
      const folded = [...foldAll(projection, log).values()];
      expect(await stored(projection.name)).toEqual(folded.sort((a, b) => (a._id < b._id ? -1 : 1)));
    }
    expect(await group.loadCheckpoint(partition)).toEqual({
      position: log.length,
      eventId: log[log.length - 1]!.eventId,
    });
  }

  const start: Checkpoint = { position: 0 };
  const story = logOf([
    opened('c1', 'Ada'),
    opened('c2', 'Ada'),
    opened('c3', 'Ada'),
    opened('c4', 'Bob'),
    marked('c1', 'Ada', 1),
    weatherChanged,
    renamed('Ada', 'Countess'),
    marked('c1', 'Ada', 2),
    opened('c5', 'Ada'),
    renamed('Ada', 'Lovelace'),
    marked('c5', 'Ada', 3),
    // Selects more documents than one chunk holds, and changes none.
    renamed('Ada', 'Lovelace'),
  ]);

  describe('ProjectionRunner', () => {
    it('stores the fold of a batch and moves the checkpoint to its end', async () => {
      const applied: number[][] = [];
      const observed = new ProjectionRunner({
        ...waiting,
        projections,
        ...stores(),
        onApplied: (...counts) => applied.push(counts),
      });
      await observed.handle(batchOf(await lease(), story, start), signal);
      await expectFold(story);
      expect(applied).toEqual([[partition, story.length]]);
    });

    it('writes each touched document once per step, however many events it has', async () => {
      const log = logOf([
        opened('c1', 'Ada'),
        ...Array.from({ length: 20 }, (_, i) => marked('c1', 'Ada', i)),
      ]);
      const calls: StoreCall[] = [];
      await runner({ before: (call) => void calls.push(call) }).handle(
        batchOf(await lease(), log, start),
        signal,
      );
      expect(calls).toEqual([
        ...['load', 'load'],
        ...(isAtomic ? ['commit'] : ['confirm', 'write', 'write', 'advance']),
      ]);
      await expectFold(log);
    });

    it('gives the same documents, wherever it dies, after the batch is delivered again', async () => {
      const calls: StoreCall[] = [];
      await runner({ before: (call) => void calls.push(call) }).handle(
        batchOf(await lease(), story, start),
        signal,
      );
      const changing = isAtomic ? ['commit'] : ['confirm', 'write', 'advance'];
      expect(new Set(calls)).toEqual(new Set(['load', 'match', ...changing]));

      for (let fatal = 0; fatal < calls.length; fatal++) {
        // The moment after a read is the moment before the next call.
        const changes = ['write', 'advance', 'commit'].includes(calls[fatal]!);
        for (const moment of changes ? (['before', 'after'] as const) : (['before'] as const)) {
          await loseEverything();
          let call = 0;
          const dying = runner({
            [moment]: () => {
              if (call++ === fatal) {
                throw new InjectedCrash();
              }
            },
          });
          const held = await lease();
          await expect(dying.handle(batchOf(held, story, start), signal)).rejects.toBeInstanceOf(
            InjectedCrash,
          );
          await deliverRest(story);
          await expectFold(story);
        }
      }
    });

    it('does not report progress if it is stopped before a write', async () => {
      const log = logOf([
        ...Array.from({ length: 6 }, (_, n) => opened(`c${n}`, 'Ada')),
        renamed('Ada', 'Ada'),
      ]);
      await runner().handle(batchOf(await lease(), log, start, 6), signal);
      const rename = batchOf(await lease(), log, (await group.loadCheckpoint(partition))!);
      const timeUp = new AbortController();
      const stopped = runner({ after: (call) => (call === 'match' ? timeUp.abort() : undefined) });
      await expect(stopped.handle(rename, timeUp.signal)).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('reaches a thousand documents of one owner in chunks, and continues where it was stopped', async () => {
      const cardsOfAda = Array.from({ length: 1_000 }, (_, i) => opened(`c${i}`, 'Ada'));
      const log = logOf([...cardsOfAda, opened('other', 'Bob'), renamed('Ada', 'Countess')]);
      await runner().handle(batchOf(await lease(), log, start, 1_001), signal);
      const rename = batchOf(await lease(), log, (await group.loadCheckpoint(partition))!);
      const reached = async () =>
        (await bed.stored('cards')).filter((card) => (card as CardDocument).owner.name === 'Countess').length;
      const inChunks = (probe: Probe) =>
        new ProjectionRunner({ ...waiting, projections, chunkSize: 100, ...stores(probe) });

      const timeUp = new AbortController();
      let writes = 0;
      const stopped = inChunks({
        after: (call) => (call === writing && ++writes === 3 ? timeUp.abort() : undefined),
      });
      await expect(stopped.handle(rename, timeUp.signal)).rejects.toBeInstanceOf(HandlerProgressedError);
      expect(await reached()).toBe(300);

      const written: number[] = [];
      const resumed = inChunks({
        reaching: (changes) => {
          written.push(changes);
          return changes;
        },
      });
      await resumed.handle(rename, signal);
      expect(written).toEqual(Array.from({ length: 7 }, () => 100));
      await expectFold(log);
    });

    it('leaves no call under way when it fails', async () => {
      const held = await lease();
      const finished: StoreCall[] = [];
      let writes = 0;
      const failing = runner({
        before: (call) => {
          if (call === writing && ++writes === 1) {
            throw new InjectedCrash();
          }
        },
        after: (call) => void finished.push(call),
      });
      await expect(failing.handle(batchOf(held, story, start, 4), signal)).rejects.toBeInstanceOf(
        InjectedCrash,
      );
      expect(finished).toEqual(isAtomic ? ['load', 'load'] : ['load', 'load', 'confirm', 'write']);
    });

    it('does not move the checkpoint when a projection throws, and names the event', async () => {
      const log = logOf([opened('c1', 'Ada'), marked('unheard of', 'Ada', 1)]);
      const held = await lease();
      await expect(runner().handle(batchOf(held, log, start), signal)).rejects.toBeInstanceOf(
        ProjectionFailedError,
      );
      expect(await group.loadCheckpoint(partition)).toEqual(start);
    });

    it('writes nothing of an event on which one projection fails, in any read model', async () => {
      const careless = project(ownerModel).keyedBy('owner', {
        version: 1,
        on: { CardMarked: { id: () => '', change: (owner) => owner } },
      });
      const failing = new ProjectionRunner({
        ...waiting,
        projections: [cards, careless],
        ...stores(),
      });
      const log = logOf([opened('c1', 'Ada'), marked('c1', 'Ada', 1)]);
      const held = await lease();
      await failing.handle(batchOf(held, log, start, 1), signal);
      const after = (await group.loadCheckpoint(partition))!;
      await expect(failing.handle(batchOf(held, log, after), signal)).rejects.toThrow(ProjectionFailedError);
      expect(await stored('cards')).toMatchObject([{ _id: 'c1', position: 1, marks: [] }]);
    });

    it('moves the checkpoint past events that are left out, even past a whole batch', async () => {
      const held = await lease();
      const log = logOf([opened('c1', 'Ada'), opened('c2', 'Ada'), marked('c1', 'Ada', 1)]);
      const whole = batchOf(held, log, start);
      await runner().handle({ ...whole, events: [log[0]!, log[2]!] }, signal);
      const after = (await group.loadCheckpoint(partition))!;
      expect(after).toEqual(whole.to);
      const to = { position: 4, eventId: 'left out' };
      await runner().handle({ lease: held, after, to, events: [] }, signal);
      expect(await group.loadCheckpoint(partition)).toEqual(to);
      expect(await stored('cards')).toMatchObject([{ _id: 'c1', position: 3, marks: [1] }]);
    });

    it('refuses a batch that does not start at the checkpoint', async () => {
      const held = await lease();
      await runner().handle(batchOf(held, story, start), signal);
      await expect(runner().handle(batchOf(held, story, start), signal)).rejects.toBeInstanceOf(
        LeaseLostError,
      );
      await expectFold(story);
    });

    it('stops an owner that lost its partition after it loaded documents', async () => {
      const zombie = await lease('zombie');
      await runner().handle(batchOf(zombie, story, start, 5), signal);
      const after = (await group.loadCheckpoint(partition))!;

      // The owner has confirmed its checkpoint and is about to write. Meanwhile, another owner takes the partition and
      // continues.
      const overtaken = runner({
        [isAtomic ? 'before' : 'after']: async (call: StoreCall) => {
          if (
            call === (isAtomic ? 'commit' : 'confirm') &&
            (await group.loadCheckpoint(partition))?.position === after.position
          ) {
            await group.release(zombie);
            await deliverRest(story, 'successor');
          }
        },
      });
      await expect(overtaken.handle(batchOf(zombie, story, after, 3), signal)).rejects.toBeInstanceOf(
        LeaseLostError,
      );
      await expectFold(story);
    });

    it('does not mistake documents that the database lost for new documents', async () => {
      const held = await lease();
      await runner().handle(batchOf(held, story, start, 4), signal);
      const after = (await group.loadCheckpoint(partition))!;

      const unlucky = runner({
        before: async (call) => {
          if (call === 'load') {
            await loseEverything();
          }
        },
      });
      await expect(unlucky.handle(batchOf(held, story, after, 1), signal)).rejects.toBeInstanceOf(
        LeaseLostError,
      );
      expect([...(await stored('cards')), ...(await stored('owners'))]).toEqual([]);

      await deliverRest(story);
      await expectFold(story);
    });

    it('gives the same documents if the database is lost between any two calls', async () => {
      const held = await lease();
      const calls: StoreCall[] = [];
      await runner({ before: (call) => void calls.push(call) }).handle(
        batchOf(held, story, start, 4),
        signal,
      );
      await runner({ before: (call) => void calls.push(call) }).handle(
        batchOf(held, story, (await group.loadCheckpoint(partition))!),
        signal,
      );
      for (let fatal = 0; fatal < calls.length; fatal++) {
        await loseEverything();
        let call = 0;
        const forgetful = runner({ before: () => (call++ === fatal ? loseEverything() : undefined) });
        const mine = await lease();
        const first = forgetful.handle(batchOf(mine, story, start, 4), signal);
        const both = first.then(async () =>
          forgetful.handle(batchOf(mine, story, (await group.loadCheckpoint(partition))!), signal),
        );
        await expect(both).rejects.toBeInstanceOf(LeaseLostError);
        await deliverRest(story);
        await expectFold(story);
      }
    });
  });

  describe('ProjectionRunner, with random logs and crashes', () => {
    const logs = boardEvents.map((events) => logOf(events));
    /** The incidents of each delivery. */
    const deliveries = fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 15 }),
        /** The number of the last store call; most deliveries make fewer calls. */
        crashAtCall: fc.integer({ min: 0, max: 30 }),
        /** How much of that call's write still takes effect. */
        reaching: fc.integer({ min: 0, max: 3 }),
        repeated: fc.boolean(),
      }),
      { maxLength: 12 },
    );

    it('stores exactly the fold of the log', async () => {
      await fc.assert(
        fc.asyncProperty(logs, deliveries, async (log, plan) => {
          await loseEverything();
          for (const { size, crashAtCall, reaching, repeated } of plan) {
            const held = await lease();
            const after = (await group.loadCheckpoint(partition))!;
            if (after.position === log.length) {
              break;
            }
            let calls = 0;
            const crashing = runner({
              before: (call) => {
                if (calls++ === crashAtCall && call !== writing) {
                  throw new InjectedCrash();
                }
              },
              reaching: (changes) => (calls - 1 === crashAtCall ? Math.min(reaching, changes - 1) : changes),
            });
            const batch = batchOf(held, log, after, size);
            const done = await crashing.handle(batch, signal).then(
              () => true,
              (error: unknown) => {
                expect(error).toBeInstanceOf(InjectedCrash);
                return false;
              },
            );
            if (done && repeated) {
              await expect(runner().handle(batch, signal)).rejects.toBeInstanceOf(LeaseLostError);
            }
          }
          await deliverRest(log);
          await expectFold(log);
        }),
        { numRuns: 60 },
      );
    });
  });
});
