/** The right to work on a partition. A later owner has a higher epoch, so that an earlier owner can be recognised. */
export interface Lease {
  readonly partition: number;
  readonly owner: string;
  readonly epoch: number;
  /** Whether an earlier lease was not released: an event may have ended the process that held it. */
  readonly takenOver?: true;
}

/**
 * Makes a lease, for stores. `ownerBefore` held the partition and had not released it. If it is the same owner, the
 * answer to its request was lost or its lease ran out. The value of `takenOver` in the previous lease then still holds.
 */
export function leaseOf(partition: number, owner: string, epoch: number, ownerBefore?: string): Lease {
  const takenOver = ownerBefore !== undefined;
  return { partition, owner, epoch, ...(takenOver && { takenOver: true as const }) };
}
