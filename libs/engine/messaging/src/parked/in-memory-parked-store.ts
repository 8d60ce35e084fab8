import type { Checkpoint } from '../checkpoint';
import { LeaseLostError } from '../errors';
import type { Lease } from '../lease';
import type { InMemoryGroupStore } from '../leases/in-memory-group-store';
import type { ParkedCounts, ParkedPageQuery, ParkedStore } from './parked-store';
import { isRequested, matters, parkedAgain, type ParkedStream } from './parked-stream';

interface Mark {
  readonly epoch: number;
  readonly position: number;
}

/** One group's parked streams without a database, for tests. It passes `describeParkedStore`. */
export class InMemoryParkedStore implements ParkedStore {
  readonly streams = new Map<string, ParkedStream>();
  /** By partition, and by owner. */
  private readonly marks = new Map<number, ReadonlyMap<string, Mark>>();

  /** @param leases of the same group */
  constructor(private readonly leases: Pick<InMemoryGroupStore, 'confirm' | 'move'>) {}

  async load(lease: Lease): Promise<readonly ParkedStream[]> {
    this.leases.confirm(lease);
    return this.mattering(lease.partition);
  }

  async park(lease: Lease, stream: ParkedStream, from: Checkpoint, to: Checkpoint): Promise<ParkedStream> {
    this.leases.move(lease, from, to);
    this.forgetMarks(stream);
    const before = this.streams.get(stream.id);
    if (before && before.status !== 'RESOLVED') {
      return before;
    }
    const record = before ? parkedAgain(before, stream) : stream;
    this.streams.set(record.id, record);
    return record;
  }

  async replace(lease: Lease, from: ParkedStream, to: ParkedStream): Promise<void> {
    this.replaceNow(lease, from, to);
  }

  /** `replace`, in the same step as other changes of memory. @throws LeaseLostError before anything changes */
  replaceNow(lease: Lease, from: ParkedStream, to: ParkedStream): void {
    this.leases.confirm(lease);
    if (!this.swap(from, to)) {
      throw new LeaseLostError(lease, 'the record was changed');
    }
    if (to.status === 'PARKED') {
      this.forgetMarks(to);
    }
  }

  async mark(lease: Lease, position: number): Promise<number> {
    this.leases.confirm(lease);
    const others = [...this.marksIn(lease.partition)].filter(
      ([owner, mark]) => owner !== lease.owner && mark.position >= position,
    );
    this.marks.set(lease.partition, new Map([...others, [lease.owner, { epoch: lease.epoch, position }]]));
    return others.filter(([, mark]) => mark.position === position).length;
  }

  async unmark({ partition, owner, epoch }: Lease): Promise<void> {
    const left = [...this.marksIn(partition)].filter(
      ([other, mark]) => other !== owner || mark.epoch > epoch,
    );
    this.marks.set(partition, new Map(left));
  }

  async lastMarked(partition: number): Promise<number> {
    return Math.max(0, ...[...this.marksIn(partition).values()].map(({ position }) => position));
  }

  async request(from: ParkedStream, to: ParkedStream): Promise<boolean> {
    return this.swap(from, to);
  }

  async find(id: string): Promise<ParkedStream | undefined> {
    return this.streams.get(id);
  }

  async page({ status, limit, after }: ParkedPageQuery): Promise<readonly ParkedStream[]> {
    const key = ({ parkedAt, id }: Pick<ParkedStream, 'parkedAt' | 'id'>) => `${parkedAt}/${id}`;
    return [...this.streams.values()]
      .filter((stream) => (status ? stream.status === status : stream.status !== 'RESOLVED'))
      .filter((stream) => !after || key(stream) > key(after))
      .sort((one, other) => (key(one) < key(other) ? -1 : 1))
      .slice(0, limit);
  }

  async counts(): Promise<ReadonlyMap<number, ParkedCounts>> {
    const counts = new Map<number, ParkedCounts>();
    for (const stream of this.open()) {
      const { parked, requested } = counts.get(stream.partition) ?? { parked: 0, requested: 0 };
      counts.set(stream.partition, {
        parked: parked + 1,
        requested: requested + (isRequested(stream) ? 1 : 0),
      });
    }
    return counts;
  }

  /** Streams of these partitions that are not resolved. */
  async openIn(partitions: readonly number[]): Promise<readonly ParkedStream[]> {
    return this.open().filter(({ partition }) => partitions.includes(partition));
  }

  /** The streams that affect what takes effect in a partition, in the order of the log. */
  async mattering(partition: number): Promise<readonly ParkedStream[]> {
    return [...this.streams.values()]
      .filter((stream) => stream.partition === partition && matters(stream))
      .sort((one, other) => one.event.position - other.event.position);
  }

  /** Loses everything, as a database that comes back empty. */
  clear(): void {
    this.streams.clear();
    this.marks.clear();
  }

  private open(): readonly ParkedStream[] {
    return [...this.streams.values()].filter(({ status }) => status !== 'RESOLVED');
  }

  private swap(from: ParkedStream, to: ParkedStream): boolean {
    const isCurrent = this.streams.get(from.id)?.revision === from.revision;
    if (isCurrent) {
      this.streams.set(to.id, to);
    }
    return isCurrent;
  }

  private forgetMarks({ partition, event }: ParkedStream): void {
    const left = [...this.marksIn(partition)].filter(([, { position }]) => position !== event.position);
    this.marks.set(partition, new Map(left));
  }

  private marksIn(partition: number): ReadonlyMap<string, Mark> {
    return this.marks.get(partition) ?? new Map<string, Mark>();
  }
}
