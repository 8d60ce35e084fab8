import type { LogPosition } from '@tidemark/projections';
import { InvalidConsistencyTokenError } from './errors';

const ENTRY = /^(0|[1-9]\d{0,4}):([1-9]\d{0,15})$/;

/** `<partition>:<position>`, several joined by commas. Empty for a command that changed nothing and found nothing. */
export function formatConsistencyToken(positions: readonly LogPosition[]): string {
  return positions.map(({ partition, position }) => `${partition}:${position}`).join(',');
}

/**
 * Reads a token. Callers may join the tokens of several writes, so the highest position of a partition counts. An empty
 * token names no position.
 *
 * @throws InvalidConsistencyTokenError if it is malformed, or names a partition that the log does not have
 */
export function parseConsistencyToken(token: string, partitions: number): readonly LogPosition[] {
  const positions = new Map<number, number>();
  for (const entry of token === '' ? [] : token.split(',')) {
    const [, partition, position] = ENTRY.exec(entry.trim()) ?? [];
    if (partition === undefined || !Number.isSafeInteger(Number(position))) {
      throw new InvalidConsistencyTokenError(
        'it must have the form <partition>:<position>, and several are joined by commas',
      );
    }
    if (Number(partition) >= partitions) {
      throw new InvalidConsistencyTokenError(
        `it names a partition that does not exist (partitions are 0 to ${partitions - 1})`,
      );
    }
    positions.set(Number(partition), Math.max(Number(position), positions.get(Number(partition)) ?? 0));
  }
  return [...positions].map(([partition, position]) => ({ partition, position }));
}
