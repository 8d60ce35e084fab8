import { Fault } from '@tidemark/kernel';

/** The schema belongs to an earlier release than this code. The code works once the migrations have run. */
export class SchemaBehindError extends Fault {
  readonly code = 'schema_behind';
  readonly retryable = true;

  constructor(
    readonly schema: string,
    readonly missing: readonly string[],
  ) {
    super(`the schema ${schema} lacks ${missing.join(', ')}; run its migrations`);
  }
}

/**
 * A statement of the transaction failed, but the work ignored the failure. Postgres answers the COMMIT of such a
 * transaction with ROLLBACK and no error. Nothing was written.
 */
export class TransactionAbortedError extends Fault {
  readonly code = 'transaction_aborted';
  readonly retryable = true;

  constructor() {
    super('the transaction was rolled back, because one of its statements had failed');
  }
}
