import type { Pool, PoolClient } from 'pg';
import { TransactionAbortedError } from './errors';
import { asStoreFault, isUnavailable } from './sql-state';

/**
 * A READ COMMITTED transaction on a separate connection, for work that decides itself when the transaction ends. The
 * caller of `begin` must commit it or roll it back. Use `inTransaction` for work that ends together with its
 * transaction.
 */
export class Transaction {
  private isOver = false;

  private constructor(readonly client: PoolClient) {}

  /** @throws StoreUnavailableError */
  static async begin(pool: Pool): Promise<Transaction> {
    const transaction = new Transaction(await pool.connect());
    try {
      await transaction.client.query('BEGIN');
      return transaction;
    } catch (error) {
      await transaction.rollback(error);
      throw asStoreFault(error);
    }
  }

  /**
   * @throws StoreUnavailableError when the connection is lost; the outcome is then unknown
   * @throws TransactionAbortedError when one of its statements had failed: nothing was written
   */
  async commit(): Promise<void> {
    try {
      const { command } = await this.client.query('COMMIT');
      if (command !== 'COMMIT') {
        throw new TransactionAbortedError();
      }
    } catch (error) {
      await this.rollback(error);
      throw asStoreFault(error);
    }
    this.isOver = true;
    this.client.release();
  }

  /**
   * Does nothing if the transaction has ended, and never rejects. A connection that is lost or fails to roll back is
   * destroyed instead of returned to the pool.
   *
   * @param cause the error that made the transaction fail, if there is one
   */
  async rollback(cause?: unknown): Promise<void> {
    if (this.isOver) {
      return;
    }
    this.isOver = true;
    // A lost connection accepts no ROLLBACK. The server rolls back by itself when the connection ends.
    let broken = isUnavailable(cause) ? (cause as Error) : undefined;
    if (!broken) {
      await this.client.query('ROLLBACK').catch((error: Error) => {
        broken = error;
      });
    }
    this.client.release(broken);
  }
}

/**
 * Runs `work` in one READ COMMITTED transaction: committed when it resolves, rolled back when it rejects.
 *
 * When the connection is lost during COMMIT, the outcome is unknown to the caller. So it must be safe to repeat `work`.
 *
 * @throws StoreUnavailableError, also for the errors of pg that `work` throws
 * @throws TransactionAbortedError when `work` resolved although one of its statements had failed: nothing was written
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const transaction = await Transaction.begin(pool);
  try {
    const result = await work(transaction.client);
    await transaction.commit();
    return result;
  } catch (error) {
    await transaction.rollback(error);
    throw asStoreFault(error);
  }
}
