import { Fault } from '@tidemark/kernel';
import { isUnavailable as isMongoUnavailable } from '@tidemark/mongodb';
import { isUnavailable as isPostgresUnavailable, sqlState } from '@tidemark/postgres';

/** The database of the read models cannot be reached, has no primary that takes the command, or was too slow. */
export class ReadStoreUnavailableError extends Fault {
  readonly code = 'store_unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the read store is unavailable', { cause });
  }
}

/** The read models are made from another log: two installations would write over each other's documents. */
export class ForeignReadStoreError extends Fault {
  readonly code = 'foreign_read_store';
  readonly retryable = false;

  constructor(recorded: string, own: string) {
    super(
      `the read store holds the documents of another installation: they are made from the log ${recorded}, and this one ` +
        `has the log ${own}. Give this installation a database of its own, or drop the old one's read models`,
    );
  }
}

/**
 * A missing schema or table, because its migrations have not run yet or another release drops it, or a missing right.
 */
const notThere = new Set<unknown>(['3F000', '42P01', '42501']);

/**
 * Whether the error says that the database could not be reached, was too slow or is not prepared, and not that it
 * refused the command.
 */
export function isReadStoreUnavailable(error: unknown): boolean {
  return (
    error instanceof ReadStoreUnavailableError ||
    isMongoUnavailable(error) ||
    isPostgresUnavailable(error) ||
    notThere.has(sqlState(error))
  );
}
