type Positions = ReadonlyMap<number, number>;

/** Whether `positions` are at or beyond all of `targets`, by partition. */
export function hasPassed(positions: Positions, targets: Positions): boolean {
  return [...targets].every(([partition, target]) => (positions.get(partition) ?? 0) >= target);
}
