import type { Checkpoint } from '../checkpoint';
import { LeaseLostError } from '../errors';
import { leaseOf, type Lease } from '../lease';
import { MAX_TTL_MS, type GroupPartition, type GroupStore } from './group-store';

/** How long something lasts. */
interface Term {
  readonly touchedAt: number;
  readonly ttlMs: number;
}

export interface StoredPartition extends Term {
  readonly owner?: string;
  readonly epoch: number;
  readonly checkpoint: Checkpoint;
}

/** What the stores of one group share. */
export class InMemoryGroupTables {
  readonly members = new Map<string, Term>();
  readonly partitions = new Map<number, StoredPartition>();
  private readonly epochs = new Map<number, number>();

  /** @param now the clock of the leases, in milliseconds */
  constructor(readonly now: () => number = () => performance.now()) {}

  /** Rises for ever, so that no epoch of a partition comes twice, even after everything was lost. */
  nextEpoch(partition: number): number {
    const epoch = (this.epochs.get(partition) ?? 0) + 1;
    this.epochs.set(partition, epoch);
    return epoch;
  }

  /** Loses everything, as a database that comes back empty. */
  clear(): void {
    this.members.clear();
    this.partitions.clear();
  }
}

/**
 * One group's leases, members and checkpoints without a database, for tests. It passes `describeGroupStore`. Nothing
 * survives the process, and only replicas of one process can share its tables.
 */
export class InMemoryGroupStore implements GroupStore {
  constructor(private readonly tables = new InMemoryGroupTables()) {}

  async heartbeat(owner: string, ttlMs: number): Promise<readonly string[]> {
    this.tables.members.set(owner, this.term(ttlMs));
    for (const [other, term] of this.tables.members) {
      if (!this.isAlive(term)) {
        this.tables.members.delete(other);
      }
    }
    return [...this.tables.members.keys()].sort();
  }

  async leave(owner: string): Promise<void> {
    this.tables.members.delete(owner);
  }

  async acquire(partition: number, owner: string, ttlMs: number): Promise<Lease | undefined> {
    return (this.ownerOf(partition) ?? owner) === owner ? this.take(partition, owner, ttlMs) : undefined;
  }

  async renew(leases: readonly Lease[], ttlMs: number): Promise<ReadonlySet<number>> {
    const renewed = leases.filter((lease) => {
      const stored = this.tables.partitions.get(lease.partition);
      return stored && isOf(stored, lease) && stored.touchedAt + stored.ttlMs > this.tables.now();
    });
    renewed.forEach(({ partition }) => this.change(partition, this.term(ttlMs)));
    return new Set(renewed.map(({ partition }) => partition));
  }

  async release(lease: Lease): Promise<void> {
    const stored = this.tables.partitions.get(lease.partition);
    if (stored && isOf(stored, lease)) {
      this.tables.partitions.set(lease.partition, withoutOwner(stored));
    }
  }

  async loadCheckpoint(partition: number): Promise<Checkpoint | undefined> {
    return this.tables.partitions.get(partition)?.checkpoint;
  }

  async advance(lease: Lease, from: Checkpoint, to: Checkpoint): Promise<void> {
    this.move(lease, from, to);
  }

  async partitions(): Promise<readonly GroupPartition[]> {
    return [...this.tables.partitions]
      .sort(([one], [other]) => one - other)
      .map(([partition, { epoch, checkpoint }]) => {
        const owner = this.ownerOf(partition);
        return { partition, epoch, checkpoint, ...(owner !== undefined && { owner }) };
      });
  }

  /** Whether the lease is the latest one, at the checkpoint if one is given. @throws LeaseLostError otherwise */
  confirm(lease: Lease, at?: Checkpoint): void {
    const stored = this.tables.partitions.get(lease.partition);
    if (!stored || !isOf(stored, lease)) {
      throw new LeaseLostError(lease, 'the partition has another owner');
    }
    if (at && stored.checkpoint.position !== at.position) {
      throw new LeaseLostError(lease, `the checkpoint is at position ${stored.checkpoint.position}`);
    }
  }

  /** `advance`, in the same step as other changes of memory. @throws LeaseLostError before anything changes */
  move(lease: Lease, from: Checkpoint, to: Checkpoint): void {
    this.confirm(lease, from);
    this.change(lease.partition, { checkpoint: to });
  }

  /** How far each partition is, at this instant. */
  positions(): ReadonlyMap<number, number> {
    return new Map(
      [...this.tables.partitions].map(([partition, { checkpoint }]) => [partition, checkpoint.position]),
    );
  }

  /** Moves a checkpoint past every guard. */
  protected put(partition: number, checkpoint: Checkpoint): void {
    const before = this.tables.partitions.get(partition) ?? {
      epoch: this.tables.nextEpoch(partition),
      ...this.term(0),
    };
    this.tables.partitions.set(partition, { ...before, checkpoint });
  }

  /** Gives the owner a new lease of the partition, even if another owner has one. */
  protected take(partition: number, owner: string, ttlMs: number): Lease {
    const before = this.tables.partitions.get(partition);
    const epoch = this.tables.nextEpoch(partition);
    const checkpoint = before?.checkpoint ?? { position: 0 };
    this.tables.partitions.set(partition, { owner, epoch, checkpoint, ...this.term(ttlMs) });
    return leaseOf(partition, owner, epoch, before?.owner);
  }

  private ownerOf(partition: number): string | undefined {
    const stored = this.tables.partitions.get(partition);
    return stored && this.isAlive(stored) ? stored.owner : undefined;
  }

  private change(partition: number, change: Partial<StoredPartition>): void {
    this.tables.partitions.set(partition, { ...this.tables.partitions.get(partition)!, ...change });
  }

  private term(ttlMs: number): Term {
    return { touchedAt: this.tables.now(), ttlMs };
  }

  /** A term that ends later than any can was begun before the clock stepped back, and counts as over. */
  private isAlive({ touchedAt, ttlMs }: Term): boolean {
    const leftMs = touchedAt + ttlMs - this.tables.now();
    return leftMs > 0 && leftMs <= MAX_TTL_MS;
  }
}

function withoutOwner({ owner: _owner, ...free }: StoredPartition): StoredPartition {
  return free;
}

function isOf({ owner, epoch }: StoredPartition, lease: Lease): boolean {
  return owner === lease.owner && epoch === lease.epoch;
}
