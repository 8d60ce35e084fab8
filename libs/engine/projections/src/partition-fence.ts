import type { Checkpoint, GroupStore, Lease } from '@tidemark/messaging';

/** What stands between a consumer and documents that are no longer its to write. */
export interface PartitionFence extends Pick<GroupStore, 'advance'> {
  /**
   * Returns when the stored checkpoint is at `at.position` and the lease is the latest one.
   *
   * @throws LeaseLostError otherwise
   */
  confirm(lease: Lease, at: Checkpoint): Promise<void>;
}
