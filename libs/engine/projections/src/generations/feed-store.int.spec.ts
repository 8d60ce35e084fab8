import { LeaseLostError, type Checkpoint, type GroupStore, type Lease } from '@tidemark/messaging';
import { cards } from '../board.fixture';
import { storeKinds } from '../store-bed.fixture';
import { FeedChanged, type Feed } from './feed';
import type { FeedStore } from './feed-store';
import { GenerationsBed } from './generations-bed.fixture';

describe.each(storeKinds)('on %s', (kind) => {
  const partition = 0;
  const start = { position: 0 };
  const one = { position: 1, eventId: '0-1' };
  let bed: GenerationsBed;
  let store: GroupStore;
  let feeds: FeedStore;
  let lease: Lease;

  beforeAll(async () => {
    bed = await GenerationsBed.open(kind);
    feeds = bed.feeds;
  });
  afterAll(() => bed.close());
  beforeEach(async () => {
    await bed.reset();
    store = bed.leases([cards]);
    lease = (await store.acquire(partition, 'a', 60_000))!;
  });

  const generations = async () => (await feeds.find(partition))?.generations;

  /** The fence of a feed, for tests that move only its checkpoint and write no documents. */
  function fence(feed: Feed) {
    const { confirm, commit } = feeds.fenceFor(feed);
    const advance = (held: Lease, from: Checkpoint, to: Checkpoint) =>
      commit({ lease: held, at: from, to, changes: [] });
    return { confirm, advance };
  }

  describe('a feed', () => {
    it('moves the checkpoint for the given generations, and refuses when another has joined meanwhile', async () => {
      const mine = fence(await feeds.held(lease));
      await mine.confirm(lease, start);
      expect(await feeds.join(partition, 'cards_v1_g2', 0)).toBe(true);
      await expect(mine.confirm(lease, start)).rejects.toBeInstanceOf(FeedChanged);
      await expect(mine.advance(lease, start, one)).rejects.toBeInstanceOf(FeedChanged);
      expect((await feeds.find(partition))?.checkpoint).toEqual(start);

      await fence(await feeds.held(lease)).advance(lease, start, one);
      expect(await feeds.find(partition)).toMatchObject({
        checkpoint: one,
        generations: ['cards_v1_g2'],
      });
    });

    it('confirms a checkpoint where it is, and nowhere else', async () => {
      const mine = fence(await feeds.held(lease));
      await expect(mine.confirm(lease, one)).rejects.toBeInstanceOf(LeaseLostError);
      await expect(mine.advance(lease, one, one)).rejects.toBeInstanceOf(LeaseLostError);
      await mine.advance(lease, start, one);
      await mine.confirm(lease, one);
      await expect(mine.confirm(lease, start)).rejects.toBeInstanceOf(LeaseLostError);
      await expect(mine.advance(lease, start, one)).rejects.toBeInstanceOf(LeaseLostError);
    });

    it("refuses to join a generation that lacks what the checkpoint has passed, that the owner can't fold, or that has joined already", async () => {
      await fence(await feeds.held(lease)).advance(lease, start, one);
      expect(await feeds.join(partition, 'cards_v1_g2', 0)).toBe(false);
      expect(await feeds.join(partition, 'cards_v2_g2', 1)).toBe(false);
      expect(await feeds.join(partition, 'cards_v1_g2', 1)).toBe(true);
      expect(await feeds.join(partition, 'cards_v1_g2', 1)).toBe(false);
      expect(await generations()).toEqual(['cards_v1_g2']);
    });

    it('obeys the latest lease only, also after a loss of everything', async () => {
      const known = await feeds.held(lease);
      const mine = fence(known);
      await store.release(lease);
      const successor = (await store.acquire(partition, 'b', 60_000))!;
      await expect(mine.confirm(lease, start)).rejects.toBeInstanceOf(LeaseLostError);
      await expect(mine.advance(lease, start, one)).rejects.toBeInstanceOf(LeaseLostError);
      await expect(feeds.change(lease, known, [])).rejects.toBeInstanceOf(LeaseLostError);
      await expect(feeds.held(lease)).rejects.toBeInstanceOf(LeaseLostError);

      const later = fence(await feeds.held(successor));
      await bed.database.loseEverything();
      await expect(later.confirm(successor, start)).rejects.toBeInstanceOf(LeaseLostError);
      await expect(later.advance(successor, start, one)).rejects.toBeInstanceOf(LeaseLostError);
      const next = (await store.acquire(partition, 'b', 60_000))!;
      expect(next.epoch).not.toBe(successor.epoch);
      await expect(later.confirm(successor, start)).rejects.toBeInstanceOf(LeaseLostError);
    });

    it('makes the owner repeat its batch when a document was healed, but not when the partition has moved on', async () => {
      const known = await feeds.held(lease);
      const mine = fence(known);
      expect(await feeds.repeat(known)).toBe(true);
      await expect(mine.confirm(lease, start)).rejects.toBeInstanceOf(FeedChanged);
      await expect(mine.advance(lease, start, one)).rejects.toBeInstanceOf(FeedChanged);
      const again = await feeds.held(lease);
      await fence(again).advance(lease, start, one);
      expect(await feeds.repeat(again)).toBe(false);
    });

    it('releases a generation where the checkpoint is, nowhere else, and only once', async () => {
      await feeds.join(partition, 'cards_v1_g2', 0);
      const mine = fence(await feeds.held(lease));
      await mine.advance(lease, start, one);
      expect(await feeds.release(partition, 'cards_v1_g2', start)).toBe(false);
      expect(await generations()).toEqual(['cards_v1_g2']);
      await mine.confirm(lease, one);

      expect(await feeds.release(partition, 'cards_v1_g2', one)).toBe(true);
      expect(await generations()).toEqual([]);
      await expect(mine.confirm(lease, one)).rejects.toBeInstanceOf(FeedChanged);
      expect(await feeds.release(partition, 'cards_v1_g2', one)).toBe(false);
    });

    it('removes a generation from every feed, and can raise the position that a line has reached at least', async () => {
      await feeds.join(partition, 'cards_v1_g2', 0);
      await feeds.remove('cards_v1_g2');
      expect(await generations()).toEqual([]);
      const line = bed.store.feeds('line');
      await line.raise(partition, one);
      await line.raise(partition, start);
      expect((await line.find(partition))?.checkpoint).toEqual(one);
      await line.clear();
      expect(await line.find(partition)).toBeUndefined();
    });
  });
});
