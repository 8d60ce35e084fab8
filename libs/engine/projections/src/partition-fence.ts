import type { Checkpoint, GroupStore, Lease } from '@tidemark/messaging';

/** Keeps a consumer from writing documents of a partition that it no longer owns. */
export interface PartitionFence extends Pick<GroupStore, 'advance'> {
  /**
   * Returns when the stored checkpoint is at `at.position` and the lease is the latest one.
   *
   * @throws LeaseLostError otherwise
   */
  confirm(lease: Lease, at: Checkpoint): Promise<void>;
}
