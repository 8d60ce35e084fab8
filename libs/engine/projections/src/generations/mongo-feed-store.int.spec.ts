import { LeaseLostError, type Lease } from '@tidemark/messaging';
import { cards } from '../board.fixture';
import type { MongoGroupStore } from '../mongo-group-store';
import { GenerationsBed } from './generations-bed.fixture';
import { FeedChanged } from './feed';
import { MongoFeedStore } from './mongo-feed-store';

const partition = 0;
const start = { position: 0 };
const one = { position: 1, eventId: '0-1' };
let bed: GenerationsBed;
let store: MongoGroupStore;
let feeds: MongoFeedStore;
let lease: Lease;

beforeAll(async () => {
  bed = await GenerationsBed.open();
  feeds = bed.feeds;
});
afterAll(() => bed.close());
beforeEach(async () => {
  await bed.reset();
  store = bed.leases([cards]);
  lease = (await store.acquire(partition, 'a', 60_000))!;
});

const generations = async () => (await feeds.find(partition))?.generations;

describe('MongoFeedStore', () => {
  it('moves the checkpoint for the known generations, and refuses if a generation joined in between', async () => {
    const fence = feeds.fenceFor(await feeds.held(lease));
    await fence.confirm(lease, start);
    expect(await feeds.join(partition, 'cards_v1_g2', 0)).toBe(true);
    await expect(fence.confirm(lease, start)).rejects.toBeInstanceOf(FeedChanged);
    await expect(fence.advance(lease, start, one)).rejects.toBeInstanceOf(FeedChanged);
    expect((await feeds.find(partition))?.checkpoint).toEqual(start);

    await feeds.fenceFor(await feeds.held(lease)).advance(lease, start, one);
    expect(await feeds.find(partition)).toMatchObject({
      checkpoint: one,
      generations: ['cards_v1_g2'],
    });
  });

  it('confirms only the stored checkpoint', async () => {
    const fence = feeds.fenceFor(await feeds.held(lease));
    await expect(fence.confirm(lease, one)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(fence.advance(lease, one, one)).rejects.toBeInstanceOf(LeaseLostError);
    await fence.advance(lease, start, one);
    await fence.confirm(lease, one);
    await expect(fence.confirm(lease, start)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(fence.advance(lease, start, one)).rejects.toBeInstanceOf(LeaseLostError);
  });

  it('lets a generation join only once, and only if it is complete up to the checkpoint and the owner can fold it', async () => {
    await feeds.fenceFor(await feeds.held(lease)).advance(lease, start, one);
    expect(await feeds.join(partition, 'cards_v1_g2', 0)).toBe(false);
    expect(await feeds.join(partition, 'cards_v2_g2', 1)).toBe(false);
    expect(await feeds.join(partition, 'cards_v1_g2', 1)).toBe(true);
    expect(await feeds.join(partition, 'cards_v1_g2', 1)).toBe(false);
    expect(await generations()).toEqual(['cards_v1_g2']);
  });

  it('accepts only the latest lease, even after a loss of all data', async () => {
    const known = await feeds.held(lease);
    const fence = feeds.fenceFor(known);
    await store.release(lease);
    const successor = (await store.acquire(partition, 'b', 60_000))!;
    await expect(fence.confirm(lease, start)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(fence.advance(lease, start, one)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(feeds.change(lease, known, [])).rejects.toBeInstanceOf(LeaseLostError);
    await expect(feeds.held(lease)).rejects.toBeInstanceOf(LeaseLostError);

    const later = feeds.fenceFor(await feeds.held(successor));
    await bed.db.dropDatabase();
    await expect(later.confirm(successor, start)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(later.advance(successor, start, one)).rejects.toBeInstanceOf(LeaseLostError);
    const next = (await store.acquire(partition, 'b', 60_000))!;
    expect(next.epoch).not.toBe(successor.epoch);
    await expect(later.confirm(successor, start)).rejects.toBeInstanceOf(LeaseLostError);
  });

  it('makes the owner repeat its batch after a document was healed, but not if the partition has moved on', async () => {
    const known = await feeds.held(lease);
    const fence = feeds.fenceFor(known);
    expect(await feeds.repeat(known)).toBe(true);
    await expect(fence.confirm(lease, start)).rejects.toBeInstanceOf(FeedChanged);
    await expect(fence.advance(lease, start, one)).rejects.toBeInstanceOf(FeedChanged);
    const again = await feeds.held(lease);
    await feeds.fenceFor(again).advance(lease, start, one);
    expect(await feeds.repeat(again)).toBe(false);
  });

  it('removes a generation from every partition, and only raises the position of a line', async () => {
    await feeds.join(partition, 'cards_v1_g2', 0);
    await feeds.remove('cards_v1_g2');
    expect(await generations()).toEqual([]);
    const line = new MongoFeedStore(bed.db, 'line');
    await line.raise(partition, one);
    await line.raise(partition, start);
    expect((await line.find(partition))?.checkpoint).toEqual(one);
    await line.clear();
    expect(await line.find(partition)).toBeUndefined();
  });
});
