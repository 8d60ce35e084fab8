import type { Pool, PoolClient } from 'pg';
import { TransactionAbortedError } from './errors';
import { isUnavailable } from './sql-state';

/**
 * Runs `work` in one READ COMMITTED transaction: committed when it resolves, rolled back when it rejects.
 *
 * A connection that is lost or fails to roll back is thrown away instead of going back to the pool. When it is lost
 * during COMMIT, the outcome is unknown to the caller: `work` must be something that can be asked for again.
 *
 * @throws TransactionAbortedError when `work` resolved although one of its statements had failed: nothing was written
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') {
      throw new TransactionAbortedError();
    }
    return result;
  } catch (error) {
    if (isUnavailable(error)) {
      // Nothing can be asked of it any more; the server rolls back what it does not hear the end of.
      broken = error as Error;
    } else {
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
    }
    throw error;
  } finally {
    client.release(broken);
  }
}
