import { asStoreFault, Transaction } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { takeTurns } from './sql/turns';

/**
 * Turns on streams. Each turn is a transaction that holds the streams' advisory locks. If its process hangs, the server
 * ends the transaction after `idle_in_transaction_session_timeout` and so releases the streams.
 *
 * A turn occupies a connection while it waits and runs, and its work may read through the same pool. So turns take at
 * most half of the pool's connections, and further turns wait in this process. The pool needs two connections or more.
 *
 * If a turn gets no connection, all turns that wait in this process fail as well, because each would get the same fault
 * after a time-out of its own.
 */
export class Turns {
  private readonly waiting: { readonly enter: () => void; readonly fail: (fault: unknown) => void }[] = [];
  private free: number;

  constructor(private readonly pool: Pool) {
    this.free = Math.max(1, Math.floor(pool.options.max / 2));
  }

  /**
   * Rolls back unless `work` has committed.
   *
   * @throws StoreUnavailableError; the errors of `work`
   */
  async take<Result>(
    streamIds: readonly string[],
    work: (turn: Transaction) => Promise<Result>,
  ): Promise<Result> {
    await this.enter();
    try {
      const turn = await this.begin(streamIds);
      try {
        return await work(turn);
      } finally {
        await turn.rollback();
      }
    } finally {
      this.leave();
    }
  }

  private async begin(streamIds: readonly string[]): Promise<Transaction> {
    const turn = await Transaction.begin(this.pool).catch((fault: unknown) => {
      this.waiting.splice(0).forEach(({ fail }) => fail(fault));
      throw fault;
    });
    try {
      await turn.client.query(takeTurns(streamIds));
      return turn;
    } catch (error) {
      await turn.rollback(error);
      throw asStoreFault(error);
    }
  }

  private async enter(): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
    } else {
      await new Promise<void>((enter, fail) => this.waiting.push({ enter, fail }));
    }
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next) {
      next.enter();
    } else {
      this.free += 1;
    }
  }
}
