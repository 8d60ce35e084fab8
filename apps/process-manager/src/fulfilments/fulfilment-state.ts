import type { InstanceStatus } from '@tidemark/process-manager';

export const fulfilmentStates = ['RUNNING', 'COMPENSATING', 'FULFILLED', 'COMPENSATED', 'PARKED'] as const;

/** The public state of a fulfilment, in answers, filters and metrics. */
export type FulfilmentState = (typeof fulfilmentStates)[number];

export const stateOf: Readonly<Record<InstanceStatus, FulfilmentState>> = {
  RUNNING: 'RUNNING',
  COMPENSATING: 'COMPENSATING',
  COMPLETED: 'FULFILLED',
  COMPENSATED: 'COMPENSATED',
  STUCK: 'PARKED',
};

export function statusOf(state: FulfilmentState): InstanceStatus {
  return (Object.keys(stateOf) as InstanceStatus[]).find((status) => stateOf[status] === state)!;
}
