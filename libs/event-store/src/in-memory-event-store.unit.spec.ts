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
        for (const { streamId, version, partition, position } of await collect(store.readAll())) {
          expect(version).toBe((versions.get(streamId) ?? 0) + 1);
          versions.set(streamId, version);
          expect(position).toBe((positions.get(partition) ?? 0) + 1);
          positions.set(partition, position);
        }
      },
      close: async () => undefined,
    };
  });
});
