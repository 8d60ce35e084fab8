import type { InstanceStatus } from '../process-instance';

/**
 * How statuses are spelled in the table, since its first migration. They keep this spelling: replicas of an earlier
 * release read and write the same rows during an upgrade, and show these words to their callers.
 */
export const storedStatus = {
  RUNNING: 'RUNNING',
  COMPENSATING: 'COMPENSATING',
  // eslint-disable-next-line tidemark/engine-has-no-word-of-the-domain -- stored since the first migration
  COMPLETED: 'FULFILLED',
  COMPENSATED: 'COMPENSATED',
  STUCK: 'PARKED',
} as const satisfies Readonly<Record<InstanceStatus, string>>;

export type StoredStatus = (typeof storedStatus)[InstanceStatus];

const byStored = new Map(
  Object.entries(storedStatus).map(([status, stored]) => [stored, status as InstanceStatus]),
);

export function statusOf(stored: StoredStatus): InstanceStatus {
  return byStored.get(stored)!;
}
