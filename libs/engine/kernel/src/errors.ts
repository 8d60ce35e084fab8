/**
 * A fault: something that should not have happened, as opposed to a refusal, which is an answer. Every fault has a
 * stable `code` and says whether trying the same again may help.
 */
export abstract class Fault extends Error {
  abstract readonly code: string;
  abstract readonly retryable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The code knows no event of this name: it is older than the log, or the name is misspelt. */
export class UnknownEventTypeError extends Fault {
  readonly code = 'unknown_event_type';
  readonly retryable = false;

  constructor(readonly eventType: string) {
    super(`there is no contract for event type ${eventType}`);
  }
}

/** The log holds an event of a version that this code was not written for. */
export class NewerSchemaVersionError extends Fault {
  readonly code = 'newer_schema_version';
  readonly retryable = false;

  constructor(
    readonly eventType: string,
    readonly schemaVersion: number,
    readonly knownVersion: number,
  ) {
    super(`${eventType} has schema version ${schemaVersion}; this code knows versions up to ${knownVersion}`);
  }
}

/** An event does not fit its own contract, and must not reach the log. */
export class ContractViolationError extends Fault {
  readonly code = 'contract_violation';
  readonly retryable = false;

  constructor(
    readonly eventType: string,
    cause: Error,
  ) {
    super(`${eventType} does not fit its contract: ${cause.message}`, { cause });
  }
}
