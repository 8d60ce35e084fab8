import { Fault } from '@tidemark/kernel';

/** The database can't be reached, or temporarily refuses work. It is unknown whether a write took place. */
export class StoreUnavailableError extends Fault {
  readonly code = 'store_unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('Postgres is unavailable', { cause });
  }
}

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

/** The name of a service's login belongs to a role with other rights, which must keep its rights and its password. */
export class LoginTakenError extends Fault {
  readonly code = 'login_taken';
  readonly retryable = false;

  constructor(readonly login: string) {
    super(
      `${login} is a role with other rights than a service's login: an administrator, a group or an owner; choose another login`,
    );
  }
}
