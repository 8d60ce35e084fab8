/** A position in the delivery order of a partition of the log. */
export interface LogPosition {
  readonly partition: number;
  readonly position: number;
}

const ENTRY = /^(0|[1-9]\d{0,4}):([1-9]\d{0,15})$/;

/** `<partition>:<position>`, several joined by commas. Empty if there are no positions. */
export function formatConsistencyToken(positions: readonly LogPosition[]): string {
  return positions.map(({ partition, position }) => `${partition}:${position}`).join(',');
}

/**
 * Reads a token that is not empty. Callers may join the tokens of several writes, so the highest position of a
 * partition counts.
 *
 * @returns at most one position per partition; `undefined` if the token is malformed
 */
export function positionsIn(token: string): readonly LogPosition[] | undefined {
  const positions = new Map<number, number>();
  for (const entry of token.split(',')) {
    const [, partition, position] = ENTRY.exec(entry.trim()) ?? [];
    if (partition === undefined || !Number.isSafeInteger(Number(position))) {
      return undefined;
    }
    const known = positions.get(Number(partition)) ?? 0;
    positions.set(Number(partition), Math.max(known, Number(position)));
  }
  return [...positions].map(([partition, position]) => ({ partition, position }));
}
