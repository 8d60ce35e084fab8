import type { StandardSchemaV1 } from '@standard-schema/spec';

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
    readonly issues: readonly StandardSchemaV1.Issue[],
  ) {
    super(`${eventType} does not fit its contract: ${issues.map(described).join('; ')}`);
  }
}

/** The message of an issue, after the path of the field if it is about one: `items.0.quantity: expected a number`. */
function described({ path = [], message }: StandardSchemaV1.Issue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  return keys.length > 0 ? `${keys.join('.')}: ${message}` : message;
}
