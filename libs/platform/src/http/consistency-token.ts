import { invalidRequest, type ProblemException } from '../problem/problem-exception';

/** A position in the delivery order of a partition of the log. */
export interface LogPosition {
  readonly partition: number;
  readonly position: number;
}

/** The positions that a read model must have reached, at most one per partition. */
export type ConsistencyToken = readonly LogPosition[];

const HEADER = 'Consistency-Token';
const ENTRY = /^(0|[1-9]\d{0,4}):([1-9]\d{0,15})$/;

/** `<partition>:<position>`, several joined by commas. */
export function formatConsistencyToken(token: ConsistencyToken): string {
  return token.map(({ partition, position }) => `${partition}:${position}`).join(',');
}

/**
 * Reads a token. Clients may join the tokens of several writes, so the highest position of a partition counts.
 *
 * @throws ProblemException 400 when it is malformed
 */
export function parseConsistencyToken(text: string): ConsistencyToken {
  const positions = new Map<number, number>();
  for (const entry of text.split(',')) {
    const [, partition, position] = ENTRY.exec(entry.trim()) ?? [];
    if (partition === undefined || !Number.isSafeInteger(Number(position))) {
      throw invalidRequest({
        path: HEADER,
        code: 'malformed_header',
        message: `${HEADER} must have the form <partition>:<position>; separate several with commas`,
      });
    }
    const known = positions.get(Number(partition)) ?? 0;
    positions.set(Number(partition), Math.max(known, Number(position)));
  }
  return [...positions].map(([partition, position]) => ({ partition, position }));
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
