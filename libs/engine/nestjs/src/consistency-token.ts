import { positionsIn, type LogPosition } from '@tidemark/kernel';
import { InvalidConsistencyTokenError } from './errors';

/**
 * Reads a token. An empty token, of a command that changed nothing and found nothing, names no position.
 *
 * @throws InvalidConsistencyTokenError if it is malformed, or names a partition that the log does not have
 */
export function parseConsistencyToken(token: string, partitions: number): readonly LogPosition[] {
  const positions = token === '' ? [] : positionsIn(token);
  if (!positions) {
    throw new InvalidConsistencyTokenError(
      'it must have the form <partition>:<position>, and several are joined by commas',
    );
  }
  if (positions.some(({ partition }) => partition >= partitions)) {
    throw new InvalidConsistencyTokenError(
      `it names a partition that does not exist (partitions are 0 to ${partitions - 1})`,
    );
  }
  return positions;
}
