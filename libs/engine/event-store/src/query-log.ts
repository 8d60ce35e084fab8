import { isUnavailable } from '@tidemark/postgres';
import type { Pool, QueryConfig, QueryResultRow } from 'pg';
import { StoreUnavailableError } from './errors';

/** The rows of a statement that only reads. @throws StoreUnavailableError */
export async function queryLog<Row extends QueryResultRow>(
  pool: Pool,
  statement: QueryConfig,
): Promise<Row[]> {
  try {
    return (await pool.query<Row>(statement)).rows;
  } catch (error) {
    throw isUnavailable(error) ? new StoreUnavailableError(error) : error;
  }
}
