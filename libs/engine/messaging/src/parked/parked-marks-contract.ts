import { expect, type TestRunner } from '@tidemark/kernel/testing';
import { expectLost } from '../expect-lost';
import type { Lease } from '../lease';
import type { GroupStore } from '../leases/group-store';
import type { ParkedStore } from './parked-store';
import { checkpointAt, eventAt, failure, type ParkedStoreFixture } from './parked-store-events';
import { failedAgain, parkedStream, requested } from './parked-stream';

const LONG_MS = 60_000;

/** The part of the contract of `ParkedStore` about marks, which are for events that may end processes. */
export function describeMarks(
  adapter: string,
  createFixture: () => Promise<ParkedStoreFixture>,
  { describe, it, beforeEach }: TestRunner,
): void {
  describe(`${adapter} as a store of marks`, () => {
    let store: ParkedStore;
    let groupStore: GroupStore;
    let lease: Lease;

    beforeEach(async () => {
      ({ store, groupStore } = await createFixture());
      lease = await acquired('a');
    });

    async function acquired(owner: string, partition = 0): Promise<Lease> {
      return (await groupStore.acquire(partition, owner, LONG_MS))!;
    }

    /** Gives the partition to another owner; the first owner does not notice. */
    async function takenOver(): Promise<Lease> {
      await groupStore.release(lease);
      return acquired('b');
    }

    it('count the other owners that began with the same event and have not taken their mark back', async () => {
      expect(await store.lastMarked(0)).toBe(0);
      expect(await store.mark(lease, 7)).toBe(0);
      expect(await store.mark(lease, 7)).toBe(0);
      expect(await store.lastMarked(0)).toBe(7);
      const second = await takenOver();
      expect(await store.mark(second, 7)).toBe(1);
      await groupStore.release(second);
      const third = await acquired('c');
      expect(await store.mark(third, 7)).toBe(2);
      await store.unmark(lease);
      expect(await store.mark(third, 7)).toBe(1);
      expect(await store.lastMarked(1)).toBe(0);
      expect(await store.mark(await acquired('b', 1), 7)).toBe(0);
    });

    it('are forgotten once another owner has passed them, and kept if that owner goes back', async () => {
      await store.mark(lease, 7);
      const second = await takenOver();
      expect(await store.mark(second, 5)).toBe(0);
      expect(await store.lastMarked(0)).toBe(7);
      expect(await store.mark(second, 7)).toBe(1);
      expect(await store.mark(second, 8)).toBe(0);
      expect(await store.mark(second, 7)).toBe(0);
    });

    it('are taken back by an owner that has since lost its lease, without the marks of its later leases', async () => {
      await store.mark(lease, 7);
      const second = await takenOver();
      await store.unmark(lease);
      expect(await store.mark(second, 7)).toBe(0);
      await groupStore.release(second);
      const later = await acquired('a');
      expect(await store.mark(later, 7)).toBe(1);
      await store.unmark(lease);
      await groupStore.release(later);
      const third = await acquired('c');
      expect(await store.mark(third, 7)).toBe(2);
      await store.unmark(later);
      await store.unmark(later);
      expect(await store.mark(third, 7)).toBe(1);
    });

    it('are forgotten each time their event is parked, also after a retry', async () => {
      await store.mark(lease, 3);
      lease = await takenOver();
      const stream = parkedStream('one', lease, eventAt(3), failure, '2026-01-01T00:00:00.000Z');
      await store.park(lease, stream, checkpointAt(0), checkpointAt(3));
      expect(await store.mark(lease, 3)).toBe(0);
      await groupStore.release(lease);
      const next = await acquired('c');
      expect(await store.mark(next, 3)).toBe(1);
      const asked = requested(stream, 'retry', 'ann', '2026-01-02T00:00:00.000Z')!;
      await store.request(stream, asked);
      // An owner that has taken over loads the records first.
      await store.load(next);
      await store.replace(next, asked, failedAgain(asked, failure.error, 'c', '2026-01-03T00:00:00.000Z'));
      expect(await store.mark(next, 3)).toBe(0);
      expect(await store.lastMarked(0)).toBe(3);
    });

    it('are refused to an owner that was superseded', async () => {
      await takenOver();
      await expectLost(store.mark(lease, 7));
    });
  });
}
