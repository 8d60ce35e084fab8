import { isUnavailable as isMongoUnavailable } from '@tidemark/mongodb';
import { isUnavailable as isPostgresUnavailable, sqlState } from '@tidemark/postgres';
import { ReadStoreUnavailableError } from '../errors';

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
