import { positionsIn, type LogPosition } from '@tidemark/kernel';
import { invalidRequest, type ProblemException } from '../problem/problem-exception';

/** The positions that a read model must have reached, at most one per partition. */
export type ConsistencyToken = readonly LogPosition[];

const HEADER = 'Consistency-Token';

/** @throws ProblemException 400 when the token is malformed */
export function parseConsistencyToken(text: string): ConsistencyToken {
  const positions = positionsIn(text);
  if (!positions) {
    throw invalidRequest({
      path: HEADER,
      code: 'malformed_header',
      message: `${HEADER} must have the form <partition>:<position>; separate several with commas`,
    });
  }
  return positions;
}

/** @throws ProblemException 400 when the token names a partition that the installation does not have */
export function requireKnownPartitions(token: ConsistencyToken, partitionCount: number): void {
  if (token.some(({ partition }) => partition >= partitionCount)) {
    const last = partitionCount - 1;
    throw invalidRequest({
      path: HEADER,
      code: 'unknown_partition',
      message: `${HEADER} names a partition that does not exist (partitions are 0 to ${last})`,
    });
  }
}

/** 400 for a position that no write has returned, because it is beyond the end of the log. */
export function tokenBeyondHead(): ProblemException {
  return invalidRequest({
    path: HEADER,
    code: 'unknown_position',
    message: `${HEADER} names a position that has not been written yet`,
  });
}
