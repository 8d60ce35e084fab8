import { InMemoryGroupStore, InMemoryGroupTables } from '../leases/in-memory-group-store';
import { InMemoryParkedStore } from '../parked/in-memory-parked-store';
import type { DeliveryBed } from './consumers-on-test.fixture';
import { describeDelivery } from './delivery-contract.fixture';
import { LogDelivery } from './log-delivery';

/** Everything in memory, as in the tests of users. */
async function createMemoryBed(): Promise<DeliveryBed> {
  let offMs = 0;
  let isCutOff = false;
  const listeners = new Set<(partition: number) => void>();
  const groups = new Map<string, { tables: InMemoryGroupTables; parked: InMemoryParkedStore }>();
  const of = (name: string) => {
    const tables = new InMemoryGroupTables(() => performance.now() + offMs);
    const group = groups.get(name) ?? {
      tables,
      parked: new InMemoryParkedStore(new InMemoryGroupStore(tables)),
    };
    groups.set(name, group);
    return group;
  };
  return {
    store: (group) => new InMemoryGroupStore(of(group).tables),
    parked: (group) => of(group).parked,
    async loseStore() {
      groups.forEach(({ tables, parked }) => {
        tables.clear();
        parked.clear();
      });
    },
    async expireLeases() {
      offMs += 60_000;
    },
    delivery: () =>
      new LogDelivery({
        wakeSource: {
          subscribe(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
          },
        },
      }),
    // A listener hears everything from the start.
    listening: () => Promise.resolve(),
    announce(events) {
      const partitions = isCutOff ? [] : new Set(events.map(({ partition }) => partition));
      partitions.forEach((partition) => listeners.forEach((listener) => listener(partition)));
    },
    // There is no connection that would have to be made again.
    cut: () => {},
    partition: () => void (isCutOff = true),
    dispose: () => Promise.resolve(),
  };
}

describeDelivery('LogDelivery with stores in memory', createMemoryBed);
