import { Fault } from '@tidemark/kernel';

/** A step and an input for which a transition table says nothing, or says two things: found when the table is built. */
export class IncompleteTransitionTableError extends Fault {
  readonly code = 'incomplete_transition_table';
  readonly retryable = false;

  constructor(
    readonly process: string,
    readonly cells: readonly string[],
  ) {
    super(`${process}: these cells are blank, doubled or not allowed: ${cells.join('; ')}`);
  }
}

/** An instance was started by a version of its definition that this code no longer has. */
export class UnknownDefinitionVersionError extends Fault {
  readonly code = 'unknown_definition_version';
  readonly retryable = false;

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
