import type { Lease } from '../lease';
import { InMemoryParkedStore } from '../parked/in-memory-parked-store';
import type { ParkedStore } from '../parked/parked-store';
import { MAX_TTL_MS } from './group-store';
import { InMemoryGroupStore, InMemoryGroupTables } from './in-memory-group-store';

/**
 * A group's stores in memory in which every request for a partition succeeds, and leases do not run out. So a test
 * decides who owns a partition.
 */
export class InMemoryGroup extends InMemoryGroupStore implements ParkedStore {
  private readonly parked = new InMemoryParkedStore(this);
  readonly streams = this.parked.streams;
  load: ParkedStore['load'] = (lease) => this.parked.load(lease);
  park: ParkedStore['park'] = (...args) => this.parked.park(...args);
  replace: ParkedStore['replace'] = (...args) => this.parked.replace(...args);
  mark: ParkedStore['mark'] = (...args) => this.parked.mark(...args);
  unmark: ParkedStore['unmark'] = (lease) => this.parked.unmark(lease);
  lastMarked: ParkedStore['lastMarked'] = (partition) => this.parked.lastMarked(partition);
  request: ParkedStore['request'] = (...args) => this.parked.request(...args);
  find: ParkedStore['find'] = (id) => this.parked.find(id);
  page: ParkedStore['page'] = (query) => this.parked.page(query);
  counts: ParkedStore['counts'] = () => this.parked.counts();

  constructor() {
    super(new InMemoryGroupTables(() => 0));
  }

  override heartbeat(owner: string): Promise<readonly string[]> {
    return Promise.resolve([owner]);
  }

  override acquire(partition: number, owner: string): Promise<Lease> {
    return Promise.resolve(this.take(partition, owner, MAX_TTL_MS));
  }

  override renew(leases: readonly Lease[]): Promise<ReadonlySet<number>> {
    return Promise.resolve(new Set(leases.map(({ partition }) => partition)));
  }

  /** Moves the partition's checkpoint back to the start, so that everything is read again. */
  rewind(partition: number): void {
    this.put(partition, { position: 0 });
  }
}
