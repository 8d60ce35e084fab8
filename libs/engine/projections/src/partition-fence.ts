import { LeaseLostError, type Checkpoint, type GroupStore, type Lease } from '@tidemark/messaging';
import { allAtRest } from './all-at-rest';
import type { DocumentStore, ModelChanges } from './document-store';

/** What a batch of events, or a part of it, leaves behind. */
export interface Commit {
  readonly lease: Lease;
  /** Where the checkpoint is. */
  readonly at: Checkpoint;
  /** Where the checkpoint goes; it stays if this is absent. */
  readonly to?: Checkpoint;
  readonly changes: readonly ModelChanges[];
}

/** Keeps a consumer from writing documents of a partition that it no longer owns. */
export interface PartitionFence {
  /**
   * Returns when the stored checkpoint is at `at.position` and the lease is the latest one.
   *
   * @throws LeaseLostError otherwise
   */
  confirm(lease: Lease, at: Checkpoint): Promise<void>;

  /**
   * Writes documents durably while the checkpoint is at `at` and the lease is the latest one. Each document only
   * replaces the version that was loaded. Then moves the checkpoint.
   *
   * When it rejects, the checkpoint has not moved, unless the outcome of the last statement is unknown. A store with
   * transactions has written nothing then. Any other store may have written some of the documents.
   *
   * @throws LeaseLostError when another process owns the partition or wrote one of the documents
   */
  commit(commit: Commit): Promise<void>;
}

/** A compare-and-set of only the checkpoint. */
export type CheckpointFence = Pick<PartitionFence, 'confirm'> & Pick<GroupStore, 'advance'>;

/**
 * A fence for stores without transactions: documents first, then the checkpoint. The checkpoint is confirmed after the
 * documents were loaded, so that a document that the database lost does not count as a new one.
 */
export function fenceInSteps(
  { confirm, advance }: CheckpointFence,
  documents: Pick<DocumentStore, 'write'>,
): PartitionFence {
  return {
    confirm,
    async commit({ lease, at, to, changes }) {
      if (changes.length > 0) {
        await confirm(lease, at);
        await allAtRest(
          changes.map(async (one) =>
            requireWritten(lease, one.model, await documents.write(one.model, one.changes)),
          ),
        );
      }
      if (to) {
        await advance(lease, at, to);
      }
    },
  };
}

/** @throws LeaseLostError when there are stale documents */
export function requireWritten(lease: Lease, model: string, stale: readonly string[]): void {
  if (stale.length > 0) {
    throw new LeaseLostError(lease, `${model} ${stale[0]} was written by another process`);
  }
}
