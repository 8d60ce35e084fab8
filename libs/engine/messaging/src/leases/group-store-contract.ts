import { expect, globalRunner, type TestRunner } from '@tidemark/kernel/testing';
import type { Lease } from '../lease';
import { expectLost } from '../expect-lost';
import type { GroupStore } from './group-store';

/** The empty storage that an adapter's spec gives to the suite. */
export interface GroupStoreFixture {
  readonly store: GroupStore;
  /** A store in the same database for another group. */
  readonly otherGroup: GroupStore;
  /** Simulates a step of the database's clock by moving the stored times the other way. */
  stepClock(byMs: number): Promise<void>;
  /** Deletes every lease, member and checkpoint, as if the database had come back empty. */
  loseEverything(): Promise<void>;
  dispose(): Promise<void>;
}

const LONG_MS = 60_000;
const SHORT_MS = 150;
/** Long enough to renew a lease on a busy machine, and short enough to await its end. */
const RENEWABLE_MS = 2_000;

/**
 * The contract of `GroupStore`, run against every adapter from the adapter's own spec.
 *
 * @param runner the global functions by default
 */
export function describeGroupStore(
  adapter: string,
  createFixture: () => Promise<GroupStoreFixture>,
  { describe, it, beforeEach, afterEach }: TestRunner = globalRunner(),
): void {
  describe(`${adapter} as a group store`, () => {
    let fixture: GroupStoreFixture;
    let store: GroupStore;

    beforeEach(async () => {
      fixture = await createFixture();
      store = fixture.store;
    });
    afterEach(() => fixture.dispose());

    async function acquired(partition: number, owner: string, ttlMs = LONG_MS): Promise<Lease> {
      const lease = await store.acquire(partition, owner, ttlMs);
      expect(lease).toMatchObject({ partition, owner });
      return lease!;
    }

    /** Tries again until the other owner's lease has run out by the database's clock. */
    async function takenOver(partition: number, owner: string): Promise<Lease> {
      for (;;) {
        const lease = await store.acquire(partition, owner, LONG_MS);
        if (lease) {
          return lease;
        }
      }
    }

    describe('members', () => {
      it('counts each replica with a recent heartbeat once', async () => {
        expect(await store.heartbeat('a', LONG_MS)).toEqual(['a']);
        expect([...(await store.heartbeat('b', LONG_MS))].sort()).toEqual(['a', 'b']);
        expect([...(await store.heartbeat('a', LONG_MS))].sort()).toEqual(['a', 'b']);
      });

      it('forgets replicas that left or fell silent', async () => {
        await store.heartbeat('left', LONG_MS);
        await store.heartbeat('silent', 1);
        await store.leave('left');
        await expectEventually(async () => (await store.heartbeat('a', LONG_MS)).length === 1);
      });

      it('keeps groups apart', async () => {
        await fixture.otherGroup.heartbeat('elsewhere', LONG_MS);
        expect(await store.heartbeat('a', LONG_MS)).toEqual(['a']);
      });
    });

    describe('leases', () => {
      it('gives a free partition to one owner only', async () => {
        const leases = await Promise.all(
          ['a', 'b', 'c', 'd'].map((owner) => store.acquire(3, owner, LONG_MS)),
        );
        expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
      });

      it('starts at position 0 and keeps the groups apart', async () => {
        await acquired(0, 'a');
        expect(await store.loadCheckpoint(0)).toEqual({ position: 0 });
        expect(await fixture.otherGroup.loadCheckpoint(0)).toBeUndefined();
        expect(await fixture.otherGroup.acquire(0, 'b', LONG_MS)).toMatchObject({ owner: 'b' });
      });

      it('gives a released partition to the next owner at once, with a higher epoch and the same checkpoint', async () => {
        const first = await acquired(0, 'a');
        await store.advance(first, { position: 0 }, { position: 5, eventId: 'e5' });
        await store.release(first);
        const second = await acquired(0, 'b');
        expect(second.epoch).toBeGreaterThan(first.epoch);
        expect(await store.loadCheckpoint(0)).toEqual({ position: 5, eventId: 'e5' });
      });

      it("gives an expired partition to the next owner, and the first owner can't renew it", async () => {
        const first = await acquired(0, 'a', SHORT_MS);
        const second = await takenOver(0, 'b');
        expect(second.epoch).toBeGreaterThan(first.epoch);
        expect(await store.renew([first], LONG_MS)).toEqual(new Set());
      });

      it('reports whether a partition was taken over from an owner that had not released it', async () => {
        const first = await acquired(0, 'a', SHORT_MS);
        expect(first.takenOver).toBeUndefined();
        const second = await takenOver(0, 'b');
        expect(second.takenOver).toBe(true);
        // The answer to the first lease, with its `takenOver`, may have been lost.
        const again = await acquired(0, 'b');
        expect(again.takenOver).toBe(true);
        await store.release(again);
        expect((await acquired(0, 'c')).takenOver).toBeUndefined();
      });

      it('renews the leases that are still held, and reports which', async () => {
        const mine = [await acquired(0, 'a'), await acquired(1, 'a')];
        const others = await acquired(2, 'b');
        const madeUp = { partition: 3, owner: 'a', epoch: 1 };
        const pretended = { ...others, owner: 'a' };
        expect(await store.renew([...mine, madeUp, pretended], LONG_MS)).toEqual(new Set([0, 1]));
        expect(await store.renew([], LONG_MS)).toEqual(new Set());
      });

      it('keeps a renewed lease beyond its first term', async () => {
        const first = await acquired(0, 'a', RENEWABLE_MS);
        const shortLived = await acquired(1, 'a', RENEWABLE_MS);
        expect(await store.renew([first], LONG_MS)).toEqual(new Set([0]));
        await takenOver(shortLived.partition, 'b');
        expect(await store.acquire(0, 'b', LONG_MS)).toBeUndefined();
      });

      it('does not revive a lease that ran out, even if no other owner took the partition', async () => {
        const lease = await acquired(0, 'a', 1);
        await expectEventually(async () => (await store.partitions())[0]?.owner === undefined);
        expect(await store.renew([lease], LONG_MS)).toEqual(new Set());
      });

      it('ignores the release of a lease that was superseded', async () => {
        const first = await acquired(0, 'a', SHORT_MS);
        await takenOver(0, 'b');
        await store.release(first);
        expect(await store.acquire(0, 'c', LONG_MS)).toBeUndefined();
      });

      it('lets an owner take its own partition again, which supersedes the earlier lease', async () => {
        const first = await acquired(0, 'a');
        const second = await acquired(0, 'a');
        expect(second.epoch).toBeGreaterThan(first.epoch);
        await expectLost(store.advance(first, { position: 0 }, { position: 1, eventId: 'e1' }));
      });

      it('lists partitions with their owners and checkpoints', async () => {
        const second = await acquired(2, 'a');
        await store.advance(second, { position: 0 }, { position: 7, eventId: 'e7' });
        const first = await acquired(1, 'b');
        await store.release(first);
        expect(await store.partitions()).toEqual([
          { partition: 1, epoch: first.epoch, checkpoint: { position: 0 } },
          { partition: 2, owner: 'a', epoch: second.epoch, checkpoint: { position: 7, eventId: 'e7' } },
        ]);
      });
    });

    describe('clocks', () => {
      const HOUR_MS = 3_600_000;

      it('lets the leases of an ended owner run out when the clock has stepped back', async () => {
        const first = await acquired(0, 'ended');
        await store.heartbeat('ended', LONG_MS);
        await fixture.stepClock(-HOUR_MS);
        expect(await store.heartbeat('b', LONG_MS)).toEqual(['b']);
        expect((await store.partitions())[0]!.owner).toBeUndefined();
        const second = await acquired(0, 'b');
        expect(second.epoch).toBeGreaterThan(first.epoch);
        expect((await store.partitions())[0]!.owner).toBe('b');
        await expectLost(store.advance(first, { position: 0 }, { position: 1, eventId: 'e1' }));
      });

      it('lets a live owner keep renewing when the clock has stepped back', async () => {
        const lease = await acquired(0, 'a');
        await store.heartbeat('a', LONG_MS);
        await fixture.stepClock(-HOUR_MS);
        expect(await store.renew([lease], LONG_MS)).toEqual(new Set([0]));
        expect(await store.heartbeat('a', LONG_MS)).toEqual(['a']);
        expect(await store.acquire(0, 'b', LONG_MS)).toBeUndefined();
        await store.advance(lease, { position: 0 }, { position: 1, eventId: 'e1' });
      });

      it('takes no lease from an owner when the clock steps back by less than the lease lasts', async () => {
        await acquired(0, 'a', LONG_MS / 2);
        await fixture.stepClock(-1_000);
        expect(await store.acquire(0, 'b', LONG_MS)).toBeUndefined();
        expect((await store.partitions())[0]!.owner).toBe('a');
      });

      it('lets all leases run out when the clock steps forward, until they are acquired again', async () => {
        const lease = await acquired(0, 'a');
        await store.heartbeat('a', LONG_MS);
        await fixture.stepClock(HOUR_MS);
        expect(await store.renew([lease], LONG_MS)).toEqual(new Set());
        expect(await store.heartbeat('b', LONG_MS)).toEqual(['b']);
        expect([...(await store.heartbeat('a', LONG_MS))].sort()).toEqual(['a', 'b']);
        expect((await acquired(0, 'a')).epoch).toBeGreaterThan(lease.epoch);
      });

      for (const offMs of [-HOUR_MS, HOUR_MS]) {
        it(`does not use the clock of a replica, here ${offMs} ms off`, async () => {
          const lease = await acquired(0, 'a');
          const expiring = await acquired(1, 'a', 1);
          const { now } = Date;
          Date.now = () => now() + offMs;
          try {
            expect(await store.acquire(0, 'off', LONG_MS)).toBeUndefined();
            expect(await takenOver(1, 'off')).toMatchObject({ owner: 'off' });
            expect(await store.renew([lease, expiring], LONG_MS)).toEqual(new Set([0]));
            await store.heartbeat('off', LONG_MS);
          } finally {
            Date.now = now;
          }
          expect([...(await store.heartbeat('a', LONG_MS))].sort()).toEqual(['a', 'off']);
        });
      }
    });

    describe('checkpoints', () => {
      it('advances step by step', async () => {
        const lease = await acquired(0, 'a');
        await store.advance(lease, { position: 0 }, { position: 2, eventId: 'e2' });
        await store.advance(lease, { position: 2, eventId: 'e2' }, { position: 3, eventId: 'e3' });
        expect(await store.loadCheckpoint(0)).toEqual({ position: 3, eventId: 'e3' });
      });

      it('advances only from the stored position', async () => {
        const lease = await acquired(0, 'a');
        await store.advance(lease, { position: 0 }, { position: 2, eventId: 'e2' });
        await expectLost(store.advance(lease, { position: 0 }, { position: 3, eventId: 'e3' }));
        await expectLost(
          store.advance(lease, { position: 5, eventId: 'e5' }, { position: 6, eventId: 'e6' }),
        );
        expect(await store.loadCheckpoint(0)).toEqual({ position: 2, eventId: 'e2' });
      });

      it('lets only one of two moves from the same position succeed', async () => {
        const lease = await acquired(0, 'a');
        const outcomes = await Promise.allSettled(
          ['x', 'y'].map((eventId) => store.advance(lease, { position: 0 }, { position: 1, eventId })),
        );
        expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
      });

      it('refuses an owner that was superseded, before its successor wrote anything', async () => {
        const zombie = await acquired(0, 'a', SHORT_MS);
        await takenOver(0, 'b');
        await expectLost(store.advance(zombie, { position: 0 }, { position: 1, eventId: 'e1' }));
        expect(await store.loadCheckpoint(0)).toEqual({ position: 0 });
      });
    });

    describe('after everything was lost', () => {
      it('neither renews nor advances, has no checkpoint, and starts over', async () => {
        const lease = await acquired(0, 'a');
        await store.advance(lease, { position: 0 }, { position: 4, eventId: 'e4' });
        await fixture.loseEverything();

        expect(await store.renew([lease], LONG_MS)).toEqual(new Set());
        expect(await store.loadCheckpoint(0)).toBeUndefined();
        await expectLost(
          store.advance(lease, { position: 4, eventId: 'e4' }, { position: 5, eventId: 'e5' }),
        );
        expect(await store.loadCheckpoint(0)).toBeUndefined();

        await acquired(0, 'a');
        expect(await store.loadCheckpoint(0)).toEqual({ position: 0 });
      });

      it('refuses an owner from before the loss, even if the epochs start over', async () => {
        const zombie = await acquired(0, 'a');
        await fixture.loseEverything();
        await acquired(0, 'b');
        await expectLost(store.advance(zombie, { position: 0 }, { position: 1, eventId: 'e1' }));
      });
    });
  });
}

async function expectEventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    // The loop waits by asking the database again. The test's own time-out bounds it.
  }
}
