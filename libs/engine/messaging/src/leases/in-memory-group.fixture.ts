import type { Checkpoint } from '../checkpoint';
import { LeaseLostError } from '../errors';
import { leaseOf, type Lease } from '../lease';
import type { ParkedCounts, ParkedPageQuery, ParkedStore } from '../parked/parked-store';
import { isRequested, matters, parkedAgain, type ParkedStream } from '../parked/parked-stream';
import type { GroupPartition, GroupStore } from './group-store';

interface PartitionState {
  owner?: string | undefined;
  epoch: number;
  checkpoint: Checkpoint;
  /** By owner. */
  attempts: ReadonlyMap<string, { readonly epoch: number; readonly position: number }>;
}

/**
 * A group's stores in memory, for tests that do not need a database. Every request for a partition succeeds, and leases
 * do not run out.
 */
export class InMemoryGroup implements GroupStore, ParkedStore {
  private readonly states = new Map<number, PartitionState>();
  readonly streams = new Map<string, ParkedStream>();

  heartbeat(owner: string): Promise<readonly string[]> {
    return Promise.resolve([owner]);
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }

  acquire(partition: number, owner: string): Promise<Lease> {
    const state: PartitionState = this.states.get(partition) ?? {
      epoch: 0,
      checkpoint: { position: 0 },
      attempts: new Map(),
    };
    const lease = leaseOf(partition, owner, state.epoch + 1, state.owner);
    this.states.set(partition, { ...state, owner, epoch: lease.epoch });
    return Promise.resolve(lease);
  }

  renew(leases: readonly Lease[]): Promise<ReadonlySet<number>> {
    return Promise.resolve(new Set(leases.map(({ partition }) => partition)));
  }

  async release(lease: Lease): Promise<void> {
    (await this.heldBy(lease)).owner = undefined;
  }

  loadCheckpoint(partition: number): Promise<Checkpoint | undefined> {
    return Promise.resolve(this.states.get(partition)?.checkpoint);
  }

  async advance(lease: Lease, from: Checkpoint, to: Checkpoint): Promise<void> {
    const state = await this.heldBy(lease);
    if (state.checkpoint.position !== from.position) {
      throw new LeaseLostError(lease, 'the checkpoint is elsewhere');
    }
    state.checkpoint = to;
  }

  partitions(): Promise<readonly GroupPartition[]> {
    return Promise.resolve(
      [...this.states].map(([partition, state]) => ({ partition, ...state }) as GroupPartition),
    );
  }

  async load(lease: Lease): Promise<readonly ParkedStream[]> {
    await this.heldBy(lease);
    return [...this.streams.values()]
      .filter((stream) => stream.partition === lease.partition && matters(stream))
      .sort((a, b) => a.event.position - b.event.position);
  }

  async park(lease: Lease, stream: ParkedStream, from: Checkpoint, to: Checkpoint): Promise<ParkedStream> {
    await this.advance(lease, from, to);
    this.forgetMarks(stream);
    const before = this.streams.get(stream.id);
    if (before && before.status !== 'RESOLVED') {
      return before;
    }
    const record = before ? parkedAgain(before, stream) : stream;
    this.streams.set(record.id, record);
    return record;
  }

  /** Moves the partition's checkpoint back to the start, so that everything is read again. */
  rewind(partition: number): void {
    this.states.get(partition)!.checkpoint = { position: 0 };
  }

  async replace(lease: Lease, from: ParkedStream, to: ParkedStream): Promise<void> {
    await this.heldBy(lease);
    if (!(await this.request(from, to))) {
      throw new LeaseLostError(lease, 'the record was changed');
    }
    if (to.status === 'PARKED') {
      this.forgetMarks(to);
    }
  }

  async mark(lease: Lease, position: number): Promise<number> {
    const state = await this.heldBy(lease);
    const others = [...state.attempts].filter(
      ([owner, attempt]) => owner !== lease.owner && attempt.position >= position,
    );
    state.attempts = new Map([...others, [lease.owner, { epoch: lease.epoch, position }]]);
    return others.filter(([, attempt]) => attempt.position === position).length;
  }

  unmark({ partition, owner, epoch }: Lease): Promise<void> {
    const state = this.states.get(partition);
    if (state) {
      state.attempts = new Map(
        [...state.attempts].filter(([other, attempt]) => other !== owner || attempt.epoch > epoch),
      );
    }
    return Promise.resolve();
  }

  lastMarked(partition: number): Promise<number> {
    const attempts = [...(this.states.get(partition)?.attempts.values() ?? [])];
    return Promise.resolve(Math.max(0, ...attempts.map(({ position }) => position)));
  }

  request(from: ParkedStream, to: ParkedStream): Promise<boolean> {
    const isCurrent = this.streams.get(from.id)?.revision === from.revision;
    if (isCurrent) {
      this.streams.set(to.id, to);
    }
    return Promise.resolve(isCurrent);
  }

  find(id: string): Promise<ParkedStream | undefined> {
    return Promise.resolve(this.streams.get(id));
  }

  page({ status, limit, after }: ParkedPageQuery): Promise<readonly ParkedStream[]> {
    const key = ({ parkedAt, id }: Pick<ParkedStream, 'parkedAt' | 'id'>) => `${parkedAt}/${id}`;
    const found = [...this.streams.values()]
      .filter((stream) => (status ? stream.status === status : stream.status !== 'RESOLVED'))
      .filter((stream) => !after || key(stream) > key(after))
      .sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return Promise.resolve(found.slice(0, limit));
  }

  counts(): Promise<ReadonlyMap<number, ParkedCounts>> {
    const counts = new Map<number, ParkedCounts>();
    for (const stream of this.streams.values()) {
      if (stream.status !== 'RESOLVED') {
        const { parked, requested } = counts.get(stream.partition) ?? { parked: 0, requested: 0 };
        counts.set(stream.partition, {
          parked: parked + 1,
          requested: requested + (isRequested(stream) ? 1 : 0),
        });
      }
    }
    return Promise.resolve(counts);
  }

  private forgetMarks({ partition, event }: ParkedStream): void {
    const state = this.states.get(partition)!;
    state.attempts = new Map(
      [...state.attempts].filter(([, attempt]) => attempt.position !== event.position),
    );
  }

  private heldBy(lease: Lease): Promise<PartitionState> {
    const state = this.states.get(lease.partition);
    return state?.epoch === lease.epoch && state.owner === lease.owner
      ? Promise.resolve(state)
      : Promise.reject(new LeaseLostError(lease, 'it has another owner'));
  }
}
