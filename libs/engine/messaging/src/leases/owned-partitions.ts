import type { Checkpoint } from '../checkpoint';
import type { Lease } from '../lease';
import type { Logger } from '../logger';
import type { GroupStore } from './group-store';
import { LeaseBalancer } from './lease-balancer';
import { createOwnerId } from './owner-id';

/** Works on one partition under one lease, until it is stopped. */
export interface PartitionWorker {
  readonly lease: Lease;
  /** Why nothing moves at the moment; absent if there is no problem. */
  readonly errorCode: string | undefined;
  start(): void;
  /** Finishes the work under way within `graceMs`; 0 cuts it off. Never rejects. */
  stop(graceMs: number): Promise<void>;
}

export interface OwnedPartitionsOptions<Worker extends PartitionWorker> {
  readonly store: GroupStore;
  readonly partitions: number;
  /** The name of this replica; by default a new id, which no other replica has. */
  readonly owner?: string;
  /** Default 10 s. */
  readonly leaseMs?: number;
  /** How long a worker may take to finish when its partition is handed over to another replica. */
  readonly handOverMs: number;
  /** The worker calls `giveUp` when it finds that its lease was lost. */
  readonly createWorker: (lease: Lease, giveUp: () => void) => Worker;
  readonly logger: Logger;
}

/** The status of a partition, from the store, the log and this replica. */
export interface PartitionStatus {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
  /** The log's last position. It is at or after the checkpoint, unless the log was restored to an earlier point. */
  readonly head: number;
  /** Absent while no replica works on the partition. */
  readonly owner?: string;
  readonly epoch: number;
}

/**
 * The partitions of a group that this replica owns, each with a worker. A worker starts when a lease is acquired, and
 * ends before the lease is released. A worker that lost its lease is cut off.
 */
export class OwnedPartitions<Worker extends PartitionWorker> {
  private readonly workers = new Map<number, Worker>();
  private readonly ending = new Set<Promise<void>>();
  private readonly balancer: LeaseBalancer;

  constructor(private readonly options: OwnedPartitionsOptions<Worker>) {
    const { store, partitions, owner = createOwnerId(), leaseMs, handOverMs, logger } = options;
    this.balancer = new LeaseBalancer({
      store,
      owner,
      partitions,
      leaseMs,
      logger,
      onAcquired: (lease) => this.begin(lease),
      onHandOver: (lease) => this.end(lease, handOverMs),
      onLost: (lease) => void this.end(lease, 0),
    });
  }

  get all(): readonly Worker[] {
    return [...this.workers.values()];
  }

  /** `undefined` while this replica does not own the partition. */
  workerOf(partition: number): Worker | undefined {
    return this.workers.get(partition);
  }

  /** Why one of the partitions stalls at this replica; absent if there is no problem. */
  get errorCode(): string | undefined {
    return this.all.map(({ errorCode }) => errorCode).find((code) => code !== undefined);
  }

  /** Starts in the background: the store need not be available yet. */
  start(): void {
    this.balancer.start();
  }

  /** Lets every worker finish, and gives up its partition. */
  async stop(): Promise<void> {
    await this.balancer.stop();
    await Promise.all([...this.ending]);
  }

  /** The status of every partition, whichever replica owns it. */
  async status(readHeads: () => Promise<ReadonlyMap<number, number>>): Promise<readonly PartitionStatus[]> {
    const stored = new Map((await this.options.store.partitions()).map((each) => [each.partition, each]));
    // Reads the heads after the positions. In the other order, a position may have passed its head meanwhile.
    const heads = await readHeads();
    return Array.from({ length: this.options.partitions }, (_, partition) => {
      const { checkpoint = { position: 0 }, owner, epoch = 0 } = stored.get(partition) ?? {};
      const head = heads.get(partition) ?? 0;
      return { partition, checkpoint, head, epoch, ...(owner !== undefined && { owner }) };
    });
  }

  private begin(lease: Lease): void {
    const worker = this.options.createWorker(lease, () => {
      void this.end(lease, 0);
      void this.balancer.giveUp(lease);
    });
    this.workers.set(lease.partition, worker);
    worker.start();
  }

  private async end(lease: Lease, graceMs: number): Promise<void> {
    const worker = this.workers.get(lease.partition);
    if (worker?.lease !== lease) {
      return;
    }
    this.workers.delete(lease.partition);
    const ended = worker.stop(graceMs);
    this.ending.add(ended);
    await ended;
    this.ending.delete(ended);
  }
}
