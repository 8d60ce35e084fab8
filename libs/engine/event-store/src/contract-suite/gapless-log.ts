import { expect } from '@tidemark/kernel/testing';
import type { EventStore } from '../event-store';
import { collect } from './counter';

/** Reads the whole log: no version of a stream and no position of a partition is missing or out of order. */
export async function expectGaplessLog(store: EventStore): Promise<void> {
  const versions = new Map<string, number>();
  const positions = new Map<number, number>();
  const next = <Key>(counts: Map<Key, number>, key: Key): number => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count;
  };
  // One expectation covers the whole log, because one for each of its thousands of events would cost seconds.
  const misplaced = (await collect(store.readAll())).filter(
    ({ streamId, version, partition, position }) =>
      [version, position].join() !== [next(versions, streamId), next(positions, partition)].join(),
  );
  expect(misplaced).toEqual([]);
  for (const [partition, head] of await store.heads()) {
    expect(positions.get(partition) ?? 0).toBe(head);
  }
}
