import type { Checkpoint } from '@tidemark/messaging';

/** The lease and the checkpoint of one partition are in one document, so that one write can compare both. */
export interface PartitionDocument {
  /** `<group>.<partition>` */
  readonly _id: string;
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
  readonly position: number;
  readonly eventId?: string;
  readonly owner?: string;
  readonly touchedAt?: Date;
  readonly ttlMs?: number;
  /** The generations that the checkpoint covers; see `Feed`. */
  readonly generations?: readonly string[];
  /** Counts leases and changes of `generations`. */
  readonly revision?: number;
  /** The projections that the owner can fold: `<projection>_v<version>`. */
  readonly folds?: readonly string[];
}

export function checkpointOf({ position, eventId }: PartitionDocument): Checkpoint {
  return { position, ...(eventId !== undefined && { eventId }) };
}
