import { Fault } from '@tidemark/kernel';

/** The schema is of an earlier release than this code, which works on it when the migrations have run. */
export class SchemaBehindError extends Fault {
  readonly code = 'schema_behind';
  readonly retryable = true;

  constructor(
    readonly schema: string,
    readonly missing: readonly string[],
  ) {
    super(`the schema ${schema} lacks ${missing.join(', ')}`);
  }
}
