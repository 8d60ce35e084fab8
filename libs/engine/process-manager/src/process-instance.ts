import type { EventEnvelope } from '@tidemark/kernel';
import type { ProcessDefinition, ProcessStatus } from './process-definition';
import type { StuckReason } from './reaction';

/** `STUCK`: the instance waits for an operator, with its state and its compensations intact. */
export type InstanceStatus = ProcessStatus | 'STUCK';

export type FinalStatus = Extract<ProcessStatus, 'COMPLETED' | 'COMPENSATED'>;

/** A command that was requested and is not answered yet. */
export interface OutstandingCommand {
  readonly commandId: string;
  readonly step: string;
  /** The command was unanswered for too long and is not sent again until a retry. */
  readonly isGivenUp: boolean;
}

/** An instance as it is stored. */
export interface ProcessInstance<State = unknown> {
  readonly instanceId: string;
  readonly definitionVersion: number;
  readonly status: InstanceStatus;
  readonly state: State;
  /** Early events, oldest first. */
  readonly deferred: readonly EventEnvelope[];
  readonly stuck?: StuckReason;
  /** The correlation id of the last handled event. Commands that a timer or a retry causes have it, too. */
  readonly correlationId: string;
}

/** A new instance, which keeps the version of this definition. */
export function newInstance<State>(
  definition: ProcessDefinition<State>,
  instanceId: string,
  correlationId = '',
): ProcessInstance<State> {
  const state = definition.initial(instanceId);
  return {
    instanceId,
    definitionVersion: definition.version,
    status: definition.status(state),
    state,
    deferred: [],
    correlationId,
  };
}

export function isFinal(status: InstanceStatus): status is FinalStatus {
  return status === 'COMPLETED' || status === 'COMPENSATED';
}

/** Not final as long as a command is unanswered. */
export function unfinished(status: ProcessStatus): Exclude<ProcessStatus, FinalStatus> {
  return status === 'COMPLETED' ? 'RUNNING' : status === 'COMPENSATED' ? 'COMPENSATING' : status;
}

/** An entry of an instance's history, which operators read. */
export interface HistoryEntry {
  /** When it happened: RFC 3339. */
  readonly at: string;
  /**
   * The event's type, the timer's name, the operator's request (`retry`, `skip`, `force_compensate`), or `unanswered`.
   */
  readonly event: string;
  readonly action: string;
  readonly eventId?: string;
  /** The operator, if one requested it. */
  readonly actor?: string;
  /** The operator's reason, if one was given. */
  readonly reason?: string;
}
