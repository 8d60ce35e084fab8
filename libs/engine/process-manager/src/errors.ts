import { Fault } from '@tidemark/kernel';

/** A step and an input for which a transition table says nothing, or says two things: found when the table is built. */
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
 * A definition asks for a step again whose command was answered: the write side would give that answer again, unheard.
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
 * An instance was started by a version of its definition that this code does not have (yet, or any more). It is waited
 * out: while a newer version is rolled out, that is true of a replica and not of the event.
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

/** The database can't be reached, or does not take the work at the moment. It is unknown whether it was committed. */
export class ProcessStoreUnavailableError extends Fault {
  readonly code = 'store_unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the process store is unavailable', { cause });
  }
}
