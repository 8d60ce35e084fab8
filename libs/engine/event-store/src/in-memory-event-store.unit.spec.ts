import { EventCodec } from '@tidemark/kernel';
import { describeEventStore, contractEvents } from './contract-suite/index';
import { InMemoryEventStore } from './in-memory-event-store';
import { describeRekeying } from './rekey-contract.fixture';

async function open() {
  const partitions = 4;
  const store = new InMemoryEventStore({ codec: new EventCodec(contractEvents), partitions });
  return { store, partitions, close: async () => undefined };
}

describeEventStore('InMemoryEventStore', open);
describeRekeying('InMemoryEventStore', open);
