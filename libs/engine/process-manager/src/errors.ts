import { Fault } from '@tidemark/kernel';

/** A transition table has no mark or two marks for a step and an input. The fault is found when the table is built. */
export class IncompleteTransitionTableError extends Fault {
  readonly code = 'incomplete_transition_table';
  readonly retryable = false;

  constructor(
    readonly process: string,
    readonly cells: readonly string[],
  ) {
    super(`${process}: these cells are blank, given twice or not allowed: ${cells.join('; ')}`);
  }
}

/**
 * A definition requests a step again whose command was already answered. The write side would only repeat its answer,
 * and no new event would carry that answer.
 */
export class StepRepeatedError extends Fault {
  readonly code = 'step_repeated';
  readonly retryable = false;

  constructor(
    readonly process: string,
    readonly steps: readonly string[],
  ) {
    super(`${process} requests steps again that were already answered: ${steps.join(', ')}`);
  }
}

/**
 * An instance was started by a version of its definition that this code does not have. The partition waits, because
 * during an upgrade this depends on the replica and not on the event.
 */
export class UnknownDefinitionVersionError extends Fault {
  readonly code = 'unknown_definition_version';
  readonly retryable = true;

  constructor(
    readonly process: string,
    readonly version: number,
  ) {
    super(`${process} has running instances of version ${version}, which this code does not have`);
  }
}
