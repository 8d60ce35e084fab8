/** The right to work on a partition. A later owner has a higher epoch, so that an earlier one can be told apart. */
export interface Lease {
  readonly partition: number;
  readonly owner: string;
  readonly epoch: number;
  /** An earlier lease was not released: an event may have ended the process that held it. */
  readonly takenOver?: true;
}

/**
 * For stores: `ownerBefore` held the partition and had not released it. When that is the same owner, its answer was
 * lost or its lease ran out. What the previous lease said of an earlier owner then still holds.
 */
export function leaseOf(partition: number, owner: string, epoch: number, ownerBefore?: string): Lease {
  const takenOver = ownerBefore !== undefined;
  return { partition, owner, epoch, ...(takenOver && { takenOver: true as const }) };
}
