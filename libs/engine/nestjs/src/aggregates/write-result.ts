import type { Execution } from '@tidemark/event-store';
import { formatConsistencyToken } from '@tidemark/kernel';
import { CommandRefusedError, VersionMismatchError } from '../errors';

/** The answer to a write. */
export interface WriteResult {
  /** The aggregate's version after the command. */
  readonly version: number;
  /** Give it to a read that must see the write. Empty if the aggregate does not exist. */
  readonly consistencyToken: string;
}

/**
 * The outcome of a command, for a caller that answers with it.
 *
 * @throws CommandRefusedError, VersionMismatchError
 */
export function writeResultOf(execution: Execution): WriteResult {
  switch (execution.outcome) {
    case 'accepted':
      return resultOf(execution.result);
    case 'unchanged':
      return resultOf(execution);
    case 'refused':
      throw new CommandRefusedError(execution.refusal);
    case 'version_mismatch':
      throw new VersionMismatchError(execution.actualVersion);
    default:
      return execution satisfies never;
  }
}

function resultOf({
  version,
  partition,
  position,
}: {
  readonly version: number;
  readonly partition?: number;
  readonly position?: number;
}): WriteResult {
  const isThere = partition !== undefined && position !== undefined;
  return { version, consistencyToken: formatConsistencyToken(isThere ? [{ partition, position }] : []) };
}
