import type { Checkpoint } from '../checkpoint';
import type { Lease } from '../lease';

/**
 * The longest lease, and the longest membership, in milliseconds. If a lease still has more time than this, it was
 * taken before the database's clock stepped back, and counts as run out. Without this bound, an owner that has ended
 * would keep its partitions until the clock has caught up.
 */
export const MAX_TTL_MS = 240_000;

/** One partition as a group's store sees it. */
export interface GroupPartition {
  readonly partition: number;
  /** The holder of an unexpired lease; absent if there is none. */
  readonly owner?: string;
  /** The epoch of the latest lease; 0 before the first lease. */
  readonly epoch: number;
  /** The checkpoint; absent before the first lease, and after the store was lost. */
  readonly checkpoint?: Checkpoint;
}

/**
 * The state that one group of replicas shares: the living replicas, the owner of each partition, and each partition's
 * checkpoint. It is in the database that the group writes. That database's clock measures every duration, so replicas
 * need not agree on the time. No duration is longer than `MAX_TTL_MS`. When that clock steps forward, every lease runs
 * out, and the partitions are taken again. When it steps back, a live owner keeps renewing its leases. A lease that its
 * owner no longer renews runs out after `MAX_TTL_MS` at most. Epochs prevent damage by an owner that lost its lease in
 * this way.
 *
 * All methods throw the adapter's own fault when the database can't be reached. A replica that holds leases must then
 * assume that they run out.
 */
export interface GroupStore {
  /** Counts `owner` as alive for `ttlMs` from now and returns all living owners, `owner` included. */
  heartbeat(owner: string, ttlMs: number): Promise<readonly string[]>;

  /** No longer counts `owner` as alive. Its leases do not change. */
  leave(owner: string): Promise<void>;

  /**
   * Takes a partition that is free, expired or already `owner`'s, for `ttlMs` from now; `undefined` when another owner
   * holds it. The epoch is greater than that of every earlier lease and of the stored checkpoint. After that, `advance`
   * refuses every earlier lease. Creates a missing checkpoint at position 0. So if a checkpoint is absent while an
   * owner works on its partition, the checkpoint was lost. The lease says whether it was taken over from an owner that
   * had not released the partition. That may be the same owner.
   */
  acquire(partition: number, owner: string, ttlMs: number): Promise<Lease | undefined>;

  /**
   * Extends leases to `ttlMs` from now and returns the partitions for which that succeeded. A lease that expired, was
   * released, superseded or lost is not among them and can't be revived. The partition has to be acquired again.
   */
  renew(leases: readonly Lease[], ttlMs: number): Promise<ReadonlySet<number>>;

  /**
   * Frees the partition at once, and keeps its epoch and checkpoint. Does nothing when the lease is no longer current.
   */
  release(lease: Lease): Promise<void>;

  /** `undefined` when the store was lost; position 0 when nothing was done yet. */
  loadCheckpoint(partition: number): Promise<Checkpoint | undefined>;

  /**
   * Moves the partition's checkpoint from `from` to `to`, durably, as one compare-and-set.
   *
   * @throws LeaseLostError when the stored checkpoint is not at `from.position`, was lost, or the lease was superseded.
   */
  advance(lease: Lease, from: Checkpoint, to: Checkpoint): Promise<void>;

  /** Every partition that was ever leased, in order of their numbers. */
  partitions(): Promise<readonly GroupPartition[]>;
}
