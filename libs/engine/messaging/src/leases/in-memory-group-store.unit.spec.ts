import { InMemoryParkedStore } from '../parked/in-memory-parked-store';
import { describeParkedStore } from '../parked/parked-store-contract';
import { describeGroupStore } from './group-store-contract';
import { InMemoryGroupStore, InMemoryGroupTables } from './in-memory-group-store';

describeGroupStore('InMemoryGroupStore', () => {
  let offMs = 0;
  const tables = new InMemoryGroupTables(() => performance.now() + offMs);
  return Promise.resolve({
    store: new InMemoryGroupStore(tables),
    otherGroup: new InMemoryGroupStore(),
    async stepClock(byMs) {
      offMs += byMs;
    },
    async loseEverything() {
      tables.clear();
    },
    async dispose() {},
  });
});

describeParkedStore('InMemoryParkedStore', () => {
  const groupStore = new InMemoryGroupStore();
  return Promise.resolve({
    store: new InMemoryParkedStore(groupStore),
    groupStore,
    otherGroup: new InMemoryParkedStore(new InMemoryGroupStore()),
  });
});
