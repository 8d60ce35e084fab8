import { expect, type TestRunner } from '@tidemark/kernel/testing';
import { randomUUID } from 'node:crypto';
import type { AppendRequest } from '../append';
import { InvalidAppendError, VersionConflictError } from '../errors';
import { collect, command, manyCounted } from './counter';
import type { EventStoreBed } from './event-store-bed';

/** Part of the contract: the events of one command in several streams. */
export function appendsToSeveralStreams(bed: () => EventStoreBed, { describe, it }: TestRunner): void {
  const versionsOf = async (aggregateId: string): Promise<number[]> =>
    (await collect(bed().store.readStream(`Counter-${aggregateId}`))).map(({ version }) => version);

  describe('an append to several streams', () => {
    const append = (aggregateId: string, expectedVersion: AppendRequest['expectedVersion'], count = 1) => ({
      streamType: 'Counter',
      aggregateId,
      partitionKey: aggregateId,
      expectedVersion,
      events: manyCounted(count),
    });

    it('is written completely, and only once', async () => {
      const [one, two] = [randomUUID(), randomUUID()];
      const many = { command: command(), appends: [append(one, 'none', 2), append(two, 'none', 3)] };
      const first = await bed().store.appendMany(many);
      expect(first.map(({ version }) => version)).toEqual([2, 3]);
      expect(await bed().store.appendMany(many)).toEqual(
        first.map((result) => ({ ...result, repeated: true })),
      );
      expect([await versionsOf(one), await versionsOf(two)]).toEqual([
        [1, 2],
        [1, 2, 3],
      ]);
    });

    it('is not written at all if one of the appends is in conflict', async () => {
      const [one, two] = [randomUUID(), randomUUID()];
      const before = await bed().store.heads();
      const many = { command: command(), appends: [append(one, 'none'), append(two, 1)] };
      await expect(bed().store.appendMany(many)).rejects.toThrow(VersionConflictError);
      expect(await bed().store.heads()).toEqual(before);
    });

    it('must name each stream only once', async () => {
      const one = randomUUID();
      const many = { command: command(), appends: [append(one, 'none'), append(one, 1)] };
      await expect(bed().store.appendMany(many)).rejects.toThrow(InvalidAppendError);
      await expect(bed().store.appendMany({ command: command(), appends: [] })).rejects.toThrow(
        InvalidAppendError,
      );
    });
  });
}
