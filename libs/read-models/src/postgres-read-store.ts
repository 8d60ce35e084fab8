import { createPool } from '@tidemark/postgres';
import { postgresProjectionStore, postgresQueries, requireReadModelsMigrated } from '@tidemark/projections';
import { isReadStoreUnavailable, ReadStoreUnavailableError } from './errors';
import { readModels } from './read-models';
import {
  DEFAULT_QUERY_TIME_LIMIT_MS,
  type ReadStore,
  type ReadStoreAddress,
  type ReadStoreOptions,
} from './read-store';

const models = Object.values(readModels);

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
    projections: postgresProjectionStore(pool, models),
    queries: postgresQueries(pool, models),
    requireReady: () => requireReadModelsMigrated(pool),
    close: () => pool.end(),
  };
}
