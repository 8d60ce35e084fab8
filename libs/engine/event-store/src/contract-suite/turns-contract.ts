import { expect, type TestRunner } from '@tidemark/kernel/testing';
import { randomUUID } from 'node:crypto';
import { collect, command, manyCounted, request } from './counter';
import { VersionConflictError } from '../errors';
import type { EventStore } from '../event-store';

/** What every adapter guarantees to writers in turns, and to other writers. */
export function takesTurns(
  bed: () => { readonly store: EventStore },
  { describe, it, beforeAll }: TestRunner,
): void {
  describe('a turn on a stream', () => {
    let store: EventStore;

    beforeAll(() => {
      store = bed().store;
    });
    const versionsOf = async (aggregateId: string): Promise<number[]> =>
      (await collect(store.readStream(`Counter-${aggregateId}`))).map(({ version }) => version);

    const streamOf = (aggregateId: string) => `Counter-${aggregateId}`;
    /** Begins a turn, which lasts until the test lets it append or fail. */
    const held = async (aggregateId: string) => {
      const begun = deferred();
      const ends = deferred<'append' | 'fail'>();
      const turn = store.inTurn(streamOf(aggregateId), async (append) => {
        begun.resolve();
        if ((await ends.promise) === 'fail') {
          throw new Error('the work failed');
        }
        return append(
          request({ aggregateId, expectedVersion: await store.getStreamVersion(streamOf(aggregateId)) }),
        );
      });
      await begun.promise;
      return { turn, end: ends.resolve };
    };

    it('is held by one writer at a time', async () => {
      const aggregateId = randomUUID();
      let running = 0;
      const turns = Array.from({ length: 12 }, () =>
        store.inTurn(streamOf(aggregateId), async (append) => {
          running += 1;
          expect(running).toBe(1);
          const version = await store.getStreamVersion(streamOf(aggregateId));
          const appending = append(request({ aggregateId, expectedVersion: version }));
          running -= 1;
          return appending;
        }),
      );
      const versions = (await Promise.all(turns)).map(({ version }) => version);
      expect(versions.toSorted((a, b) => a - b)).toEqual(turns.map((_, index) => index + 1));
    });

    it('refuses other appends to this stream that expect a version, and answers repeats', async () => {
      const first = request({ partitionKey: 'k' });
      const { aggregateId } = first;
      await store.append(first);
      const { turn, end } = await held(aggregateId);
      const others = Array.from({ length: 20 }, () => request({ partitionKey: 'k' }));
      const [refused, known, ...appended] = await Promise.allSettled([
        store.append(request({ aggregateId, expectedVersion: 1 })),
        store.append(first),
        ...others.map((other) => store.append(other)),
      ]);
      expect((refused as PromiseRejectedResult).reason).toBeInstanceOf(VersionConflictError);
      expect(known).toMatchObject({ value: { version: 1, repeated: true } });
      expect(appended.map(({ status }) => status)).toEqual(others.map(() => 'fulfilled'));
      end('append');
      expect(await turn).toMatchObject({ version: 2, repeated: false });
      expect(await store.append(request({ aggregateId, expectedVersion: 2 }))).toMatchObject({ version: 3 });
    });

    it('delays other appends to this stream that accept any version, alone or to several streams', async () => {
      const [aggregateId, elsewhere] = [randomUUID(), randomUUID()];
      const { turn, end } = await held(aggregateId);
      const any = (id: string) => request({ aggregateId: id, expectedVersion: 'any' });
      const waiting = Promise.all([
        store.append(any(aggregateId)),
        store.append(any(aggregateId)),
        store.appendMany({ command: command(), appends: [any(elsewhere), any(aggregateId)] }),
      ]);
      end('append');
      expect(await turn).toMatchObject({ version: 1 });
      await waiting;
      expect(await versionsOf(aggregateId)).toEqual([1, 2, 3, 4]);
      expect(await versionsOf(elsewhere)).toEqual([1]);
    });

    it('ends without a write when its work fails', async () => {
      const aggregateId = randomUUID();
      const { turn, end } = await held(aggregateId);
      end('fail');
      await expect(turn).rejects.toThrow('the work failed');
      expect(await store.append(request({ aggregateId }))).toMatchObject({ version: 1 });
    });

    it('ends with its append, whatever the outcome and whatever the work does afterwards', async () => {
      const aggregateId = randomUUID();
      const first = request({ aggregateId });
      await store.append(first);
      await store.inTurn(streamOf(aggregateId), async (append) => {
        expect(await append(first)).toMatchObject({ version: 1, repeated: true });
        expect(await store.append(request({ aggregateId, expectedVersion: 1 }))).toMatchObject({
          version: 2,
        });
      });
      await store.inTurn(streamOf(aggregateId), async (append) => {
        const stale = append(request({ aggregateId, expectedVersion: 1, events: manyCounted(2) }));
        await expect(stale).rejects.toThrow(VersionConflictError);
        expect(await store.append(request({ aggregateId, expectedVersion: 2 }))).toMatchObject({
          version: 3,
        });
      });
    });
  });
}

function deferred<Value = void>() {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((done) => (resolve = done));
  return { promise, resolve };
}
