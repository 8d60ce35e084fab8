import { LeaseLostError, type GroupStore, type Lease, type PartitionBatch } from '@tidemark/messaging';
import fc from 'fast-check';
import { boardEvents } from '../board-events.fixture';
import { cards, marked, opened, owners, type BoardEvent } from '../board.fixture';
import { InjectedCrash, probed, type Probe, type StoreCall } from '../faulty-stores.fixture';
import type { ProjectedDocument } from '../projection';
import { storeKinds } from '../store-bed.fixture';
import { GenerationsBed } from './generations-bed.fixture';
import type { GroupFeed } from './group-feed';

describe.each(storeKinds)('on %s', (kind) => {
  const partition = 0;
  const { signal } = new AbortController();
  let bed: GenerationsBed;
  let store: GroupStore;
  let lease: Lease;

  beforeAll(async () => {
    bed = await GenerationsBed.open(kind);
  });
  afterAll(() => bed.close());
  beforeEach(async () => {
    await bed.reset();
    store = bed.leases([cards, owners]);
    lease = (await store.acquire(partition, 'a', 60_000))!;
  });

  const generations = async () => (await bed.feeds.find(partition))?.generations;

  /** Up to `size` events after the group's checkpoint; `undefined` at the end. */
  async function nextBatch(held: Lease, size = 100): Promise<PartitionBatch | undefined> {
    const after = (await store.loadCheckpoint(partition))!;
    const events = await bed.log.readPartition(partition, after.position + 1, size);
    const last = events.at(-1);
    return last && { lease: held, after, to: { position: last.position, eventId: last.eventId }, events };
  }

  async function deliver(handler: GroupFeed, size?: number): Promise<void> {
    await handler.handle((await nextBatch(lease, size))!, signal);
  }

  /** A handler of both read models that keeps few documents in memory, with a record of its calls to the store. */
  function watched(probe: Probe = {}): { handler: GroupFeed; calls: StoreCall[] } {
    const calls: StoreCall[] = [];
    const probing = probed(bed.store, {
      ...probe,
      before: (call) => {
        calls.push(call);
        return probe.before?.(call);
      },
    });
    const { documents } = probing;
    return {
      handler: bed.handler([cards, owners], { store: probing, documents, recentDocuments: 4 }),
      calls,
    };
  }

  const loadsIn = (calls: readonly StoreCall[]) => calls.filter((call) => call === 'load').length;

  /** Does nothing if the card does not exist. */
  async function damage(id: string, marks: readonly number[]): Promise<void> {
    for (const card of await bed.documents.load('cards_v1_g1', [id])) {
      await bed.database.put('cards_v1_g1', { ...card, marks } as ProjectedDocument);
    }
  }

  describe('GroupFeed', () => {
    it('repeats a batch for a generation that joined during the fold, which then lacks nothing', async () => {
      bed.append(partition, opened('c1', 'Ada'), opened('c2', 'Ada'));
      const handler = bed.handler([cards]);
      await deliver(handler, 1);
      // The documents that a line has filled up to this position.
      for (const card of await bed.database.stored('cards_v1_g1')) {
        await bed.database.put('cards_v1_g2', card);
      }
      expect(await bed.feeds.join(partition, 'cards_v1_g2', 1)).toBe(true);

      await deliver(handler);
      await bed.expectFold(cards, 'cards_v1_g1');
      await bed.expectFold(cards, 'cards_v1_g2');
    });

    it('releases a generation that it has no code for, whose line then continues from there', async () => {
      bed.append(partition, opened('c1', 'Ada'));
      const { to } = (await nextBatch(lease))!;
      await deliver(bed.handler([cards]));
      expect(await generations()).toEqual(['cards_v1_g1']);

      await store.release(lease);
      const newer = (await store.acquire(partition, 'b', 60_000))!;
      const nothing = { after: to, to: { position: 2, eventId: 'left out' }, events: [] };
      await bed.handler([{ ...cards, version: 2 }]).handle({ lease: newer, ...nothing }, signal);
      expect(await generations()).toEqual([]);
      const line = bed.store.feeds('projections/cards_v1_g1');
      expect((await line.find(partition))?.checkpoint).toEqual(to);
    });

    it('does not read documents that it has just written', async () => {
      bed.append(partition, opened('c1', 'Ada'), marked('c1', 'Ada', 1));
      const { handler, calls } = watched();
      await deliver(handler, 1);
      expect(loadsIn(calls)).toBe(2);
      await deliver(handler, 1);
      expect(loadsIn(calls)).toBe(2);
      await bed.expectFold(cards, 'cards_v1_g1');
    });

    it('folds the stored document if it was healed since the last write, and keeps its partition', async () => {
      bed.append(partition, opened('c1', 'Ada'), marked('c1', 'Ada', 1), marked('c1', 'Ada', 2));
      const { handler, calls } = watched();
      await deliver(handler, 2);
      await damage('c1', [7]);
      expect(await bed.verifier(cards, 'cards_v1_g1').heal({ partition, id: 'c1' })).toBe(true);

      const before = loadsIn(calls);
      await deliver(handler);
      expect(loadsIn(calls)).toBe(before + 2);
      await bed.expectFold(cards, 'cards_v1_g1');
    });

    it('does not bring back a document that was removed since the last write', async () => {
      bed.append(partition, opened('c1', 'Ada'), marked('c1', 'Ada', 1));
      const { handler } = watched();
      await deliver(handler, 1);
      const [card] = await bed.documents.load('cards_v1_g1', ['c1']);
      expect(await bed.documents.remove('cards_v1_g1', card!)).toBe(true);
      expect(await bed.feeds.repeat((await bed.feeds.find(partition))!)).toBe(true);

      await expect(deliver(handler)).rejects.toMatchObject({ code: 'projection_failed' });
      expect(await bed.documents.load('cards_v1_g1', ['c1'])).toEqual([]);
    });
  });

  describe('GroupFeed, with random incidents', () => {
    const deliveries = fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 4 }),
        /** The incident before the delivery; most often none. */
        happens: fc.oneof(
          { weight: 6, arbitrary: fc.constant('nothing' as const) },
          {
            weight: 4,
            arbitrary: fc.constantFrom('taken over', 'healed', 'database lost', 'store away', 'half written'),
          },
        ),
      }),
      { maxLength: 20 },
    );

    it('stores exactly the fold of the log, with two owners that each have a memory', async () => {
      await fc.assert(
        fc.asyncProperty(boardEvents, deliveries, async (events, plan) => {
          await begin(events);
          const sick = new Set<string>();
          const trouble = { crash: false, reaching: Infinity };
          const [mine, others] = [0, 1].map(() =>
            watched({
              before: (call) => {
                if ((call === 'write' || call === 'commit') && trouble.crash) {
                  throw new InjectedCrash();
                }
              },
              reaching: (changes) => Math.min(changes, trouble.reaching),
            }),
          );
          let [{ handler: owner }, { handler: waiting }] = [mine!, others!];
          for (const { size, happens } of plan) {
            Object.assign(trouble, {
              crash: happens === 'store away',
              reaching: happens === 'half written' ? 1 : Infinity,
            });
            if (happens === 'taken over') {
              [owner, waiting] = [waiting, owner];
              await expectLost(waiting, await successor(`${lease.owner}'`));
            } else if (happens === 'healed') {
              const id = (await nextCard()) ?? 'c1';
              await damage(id, [-1]);
              // A document that is ahead of the checkpoint can only be healed later.
              sick[(await heal(id)) ? 'delete' : 'add'](id);
            } else if (happens === 'database lost') {
              const before = lease;
              await bed.database.loseEverything();
              await successor(before.owner);
              await expectLost(owner, before);
            }
            const batch = await nextBatch(lease, size);
            await (batch && owner.handle(batch, signal).catch(expectCrash));
          }
          Object.assign(trouble, { crash: false, reaching: Infinity });
          for (let batch = await nextBatch(lease); batch; batch = await nextBatch(lease)) {
            await owner.handle(batch, signal);
          }
          for (const id of sick) {
            expect(await heal(id)).toBe(true);
          }
          await bed.expectFold(cards, 'cards_v1_g1');
          await bed.expectFold(owners, 'owners_v1_g1');
        }),
        { numRuns: 60 },
      );
    });

    async function begin(events: readonly BoardEvent[]): Promise<void> {
      await bed.reset();
      bed.append(partition, ...events);
      lease = (await store.acquire(partition, 'a', 60_000))!;
    }

    /** Moves the partition to `owner`. Returns the previous lease. */
    async function successor(owner: string): Promise<Lease> {
      const before = lease;
      await store.release(before);
      lease = (await store.acquire(partition, owner, 60_000))!;
      return before;
    }

    async function expectLost(handler: GroupFeed, before: Lease): Promise<void> {
      const batch = await nextBatch(before);
      await (batch && expect(handler.handle(batch, signal)).rejects.toBeInstanceOf(LeaseLostError));
    }

    function expectCrash(error: unknown): void {
      expect(error).toBeInstanceOf(InjectedCrash);
    }

    /** The card that the next event concerns, if there is one. The tests heal it. */
    async function nextCard(): Promise<string | undefined> {
      const [event] = (await nextBatch(lease, 1))?.events ?? [];
      return (event?.data as { readonly card?: string } | undefined)?.card;
    }

    function heal(id: string): Promise<boolean> {
      return bed.verifier(cards, 'cards_v1_g1').heal({ partition, id });
    }
  });
});
