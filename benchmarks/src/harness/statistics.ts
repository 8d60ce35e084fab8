/** @throws RangeError when there are none. */
export function median(values: readonly number[]): number {
  const sorted = sort(values);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * The smallest value such that at least `percent` % of the values are not greater than it (nearest rank).
 *
 * @throws RangeError when there are none
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = sort(values);
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1]!;
}

function sort(values: readonly number[]): Float64Array {
  if (values.length === 0) {
    throw new RangeError('nothing was measured');
  }
  return Float64Array.from(values).sort();
}
