import { createPool } from '@tidemark/postgres';
import { ReadStoreUnavailableError } from '../errors';
import { requireReadModelsMigrated } from '../postgres/migrate-read-models';
import { postgresProjectionStore } from '../postgres/postgres-projection-store';
import { postgresQueries } from '../postgres/postgres-queries';
import { isReadStoreUnavailable } from './is-read-store-unavailable';
import {
  DEFAULT_QUERY_TIME_LIMIT_MS,
  type ReadStore,
  type ReadStoreAddress,
  type ReadStoreOptions,
} from './read-store';

/**
 * Connects to the schema `read_models` of a Postgres database, as a member of `tidemark_read_models_writer` or
 * `tidemark_read_models_reader`.
 *
 * @throws ReadStoreUnavailableError when the server does not answer in time; the server's error when it refuses, for
 * example a wrong password
 */
export async function connectPostgresReadStore(
  url: ReadStoreAddress['url'],
  options: ReadStoreOptions,
): Promise<ReadStore> {
  const statementTimeoutMs = options.queryTimeLimitMs ?? DEFAULT_QUERY_TIME_LIMIT_MS;
  const pool = createPool({
    url,
    applicationName: options.applicationName,
    maxConnections: options.maxConnections ?? 20,
    acquireTimeoutMs: options.serverSelectionTimeoutMs ?? 5_000,
    statementTimeoutMs,
    answerTimeoutMs: options.answerTimeoutMs ?? statementTimeoutMs + 5_000,
  });
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw isReadStoreUnavailable(error) ? new ReadStoreUnavailableError(error) : error;
  }
  return {
    projections: postgresProjectionStore(pool, options.readModels),
    queries: postgresQueries(pool, options.readModels),
    requireReady: () => requireReadModelsMigrated(pool),
    close: () => pool.end(),
  };
}
