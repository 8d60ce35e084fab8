import { expect, globalRunner, type TestRunner } from '@tidemark/kernel/testing';
import type { Checkpoint } from '../checkpoint';
import { expectLost } from '../expect-lost';
import type { Lease } from '../lease';
import type { GroupStore } from '../leases/group-store';
import { describeMarks } from './parked-marks-contract';
import type { ParkedStore } from './parked-store';
import { checkpointAt, eventAt, failure, type ParkedStoreFixture } from './parked-store-events';
import { gaveUp, movedOn, parkedStream, requested, type ParkedStream } from './parked-stream';

const LONG_MS = 60_000;
const start: Checkpoint = { position: 0 };

/**
 * The contract of `ParkedStore`, run against every adapter from the adapter's own spec.
 *
 * @param runner the global functions by default
 */
export function describeParkedStore(
  adapter: string,
  createFixture: () => Promise<ParkedStoreFixture>,
  runner: TestRunner = globalRunner(),
): void {
  const { describe, it, beforeEach } = runner;
  describeMarks(adapter, createFixture, runner);
  describe(`${adapter} as a store of parked streams`, () => {
    let store: ParkedStore;
    let groupStore: GroupStore;
    let otherGroup: ParkedStore;
    let lease: Lease;

    beforeEach(async () => {
      ({ store, groupStore, otherGroup } = await createFixture());
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

    /** Parks the stream of the event at `position`, after moving the checkpoint to the previous event. */
    async function parked(
      position: number,
      { in: held = lease, at = '2026-01-01T00:00:00.000Z' } = {},
    ): Promise<ParkedStream> {
      const stream = parkedStream('one', held, eventAt(position, held.partition), failure, at);
      const checkpoint = (await groupStore.loadCheckpoint(held.partition))!;
      const before = checkpointAt(position - 1);
      if (checkpoint.position < before.position) {
        await groupStore.advance(held, checkpoint, before);
      }
      await store.park(held, stream, before, checkpointAt(position));
      return stream;
    }

    const asked = (stream: ParkedStream) => requested(stream, 'retry', 'ann', '2026-01-02T00:00:00.000Z')!;
    const resolved = (stream: ParkedStream) => movedOn(stream, undefined, 'a', '2026-01-03T00:00:00.000Z');

    describe('parking', () => {
      it('records the stream and moves the checkpoint past its event', async () => {
        const stream = await parked(3);
        expect(await groupStore.loadCheckpoint(0)).toEqual(checkpointAt(3));
        expect(await store.load(lease)).toEqual([stream]);
        expect(await store.find(stream.id)).toEqual(stream);
      });

      it('does neither for an owner that was superseded', async () => {
        await takenOver();
        await expectLost(parked(1));
        expect(await store.page({ limit: 10 })).toEqual([]);
        expect(await groupStore.loadCheckpoint(0)).toEqual(start);
      });

      it('does neither if the checkpoint has moved on because the event took effect after all', async () => {
        await groupStore.advance(lease, start, checkpointAt(1));
        const stream = parkedStream('one', lease, eventAt(1), failure, '2026-01-01T00:00:00.000Z');
        await expectLost(store.park(lease, stream, start, checkpointAt(1)));
        expect(await store.load(lease)).toEqual([]);
      });

      it('does not change the record of an open stream', async () => {
        const stream = await parked(1);
        await store.request(stream, asked(stream));
        const again = { ...stream, parkedAt: '2026-01-02T00:00:00.000Z' };
        expect(await store.park(lease, again, checkpointAt(1), checkpointAt(2))).toEqual(asked(stream));
        expect(await store.load(lease)).toEqual([asked(stream)]);
      });

      it('keeps the acts and the discarded events of a resolved stream when everything is read again', async () => {
        const stream = await parked(1);
        const before = gaveUp(stream, undefined, 'ann', '2026-01-02T00:00:00.000Z');
        await store.replace(lease, stream, before);
        const later = '2026-01-03T00:00:00.000Z';
        const again = parkedStream('one', lease, eventAt(1), failure, later);
        const record = await store.park(lease, again, checkpointAt(1), checkpointAt(2));
        expect(record).toEqual({
          ...again,
          discarded: [stream.event],
          acts: [
            { act: 'parked', actor: 'a', at: stream.parkedAt },
            { act: 'discarded', actor: 'ann', at: '2026-01-02T00:00:00.000Z' },
            { act: 'parked', actor: 'a', at: later },
          ],
          revision: 3,
        });
        expect(await store.load(lease)).toEqual([record]);
        expect(await store.request(record, asked(record))).toBe(true);
      });

      it('does not change a resolved stream if the owner was superseded or the checkpoint is elsewhere', async () => {
        const stream = await parked(1);
        await store.replace(lease, stream, resolved(stream));
        await expectLost(store.park(lease, stream, checkpointAt(5), checkpointAt(6)));
        expect(await store.find(stream.id)).toEqual(resolved(stream));
        await takenOver();
        await expectLost(store.park(lease, stream, checkpointAt(1), checkpointAt(2)));
        expect(await store.find(stream.id)).toEqual(resolved(stream));
      });
    });

    describe('loading', () => {
      it('returns open streams, and resolved streams with discarded events, in the order of the log', async () => {
        const [first, second, third] = [await parked(1), await parked(2), await parked(5)];
        await store.replace(lease, first, resolved(first));
        const discarded = gaveUp(second, undefined, 'a', '2026-01-02T00:00:00.000Z');
        await store.replace(lease, second, discarded);
        expect(await store.load(lease)).toEqual([discarded, third]);
      });

      it('keeps partitions and groups apart', async () => {
        await parked(1);
        const other = await acquired('a', 1);
        expect(await store.load(other)).toEqual([]);
        expect(await otherGroup.page({ limit: 10 })).toEqual([]);
        expect(await otherGroup.counts()).toEqual(new Map());
      });

      it('is refused to an owner that was superseded', async () => {
        await takenOver();
        await expectLost(store.load(lease));
      });

      it('takes the records away from an earlier owner', async () => {
        const stream = await parked(1);
        const second = await takenOver();
        expect(await store.load(second)).toEqual([stream]);
        await expectLost(store.replace(lease, stream, resolved(stream)));
        await store.replace(second, stream, resolved(stream));
      });
    });

    describe('changes', () => {
      it('are made only if the record is as it was read', async () => {
        const stream = await parked(1);
        expect(await store.request(stream, asked(stream))).toBe(true);
        expect(await store.request(stream, asked(stream))).toBe(false);
        await expectLost(store.replace(lease, stream, resolved(stream)));
        expect(await store.find(stream.id)).toEqual(asked(stream));
        await store.replace(lease, asked(stream), resolved(asked(stream)));
        expect(await store.find(stream.id)).toEqual(resolved(asked(stream)));
      });

      it('let only one of several simultaneous requests succeed', async () => {
        const stream = await parked(1);
        const outcomes = await Promise.all([1, 2, 3].map(() => store.request(stream, asked(stream))));
        expect(outcomes.filter(Boolean)).toHaveLength(1);
      });
    });

    describe('looking', () => {
      it('returns pages of unresolved streams in the order of parking, or of streams with a given status', async () => {
        const times = ['2026-01-01T00:00:00.002Z', '2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.001Z'];
        const streams: ParkedStream[] = [];
        for (const [index, at] of times.entries()) {
          streams.push(await parked(index + 1, { at }));
        }
        const inOrder = [...streams].sort((a, b) =>
          `${a.parkedAt}${a.id}` < `${b.parkedAt}${b.id}` ? -1 : 1,
        );
        const first = await store.page({ limit: 2 });
        expect(first).toEqual(inOrder.slice(0, 2));
        expect(await store.page({ limit: 2, after: first[1]! })).toEqual(inOrder.slice(2));

        await store.replace(lease, inOrder[0]!, resolved(inOrder[0]!));
        expect(await store.page({ limit: 9 })).toEqual(inOrder.slice(1));
        expect(await store.page({ limit: 9, status: 'RESOLVED' })).toEqual([resolved(inOrder[0]!)]);
        expect(await store.page({ limit: 9, status: 'DISCARD_REQUESTED' })).toEqual([]);
      });

      it('counts the unresolved streams and the requests of each partition', async () => {
        const [first, second] = [await parked(1), await parked(2)];
        await parked(1, { in: await acquired('a', 3) });
        await store.request(second, asked(second));
        expect(await store.counts()).toEqual(
          new Map([
            [0, { parked: 2, requested: 1 }],
            [3, { parked: 1, requested: 0 }],
          ]),
        );
        await store.replace(lease, first, resolved(first));
        expect((await store.counts()).get(0)).toEqual({ parked: 1, requested: 1 });
      });

      it('finds nothing under an unknown id', async () => {
        expect(await store.find('00000000-0000-4000-8000-000000000000')).toBeUndefined();
      });
    });
  });
}
