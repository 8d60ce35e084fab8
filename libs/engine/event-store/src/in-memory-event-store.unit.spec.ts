import { EventCodec } from '@tidemark/kernel';
import { collect, Counted, Noted } from './counter.fixture';
import { eventStoreContract } from './event-store-contract.fixture';
import { InMemoryEventStore } from './in-memory-event-store';

describe('InMemoryEventStore', () => {
  eventStoreContract(async () => {
    const partitions = 4;
    const store = new InMemoryEventStore({ codec: new EventCodec([Counted, Noted]), partitions });
    return {
      store,
      partitions,
      expectGaplessLog: async () => {
        const versions = new Map<string, number>();
        const positions = new Map<number, number>();
        const next = <Key>(counts: Map<Key, number>, key: Key): number => {
          const count = (counts.get(key) ?? 0) + 1;
          counts.set(key, count);
          return count;
        };
        // One expectation covers the whole log, because an expectation for each of its thousands of events would cost
        // seconds.
        const misplaced = (await collect(store.readAll())).filter(
          ({ streamId, version, partition, position }) =>
            [version, position].join() !== [next(versions, streamId), next(positions, partition)].join(),
        );
        expect(misplaced).toEqual([]);
      },
      close: async () => undefined,
    };
  });
});
