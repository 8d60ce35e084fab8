import {
  asStoreFault,
  isUnavailable,
  sqlState,
  violatedConstraint,
  type Transaction,
} from '@tidemark/postgres';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { AppendCoalescer, type AppendCoalescerOptions, type AppendOutcome } from './append-coalescer';
import type { BatchedReads } from './batched-reads';
import type { PreparedAppend } from './prepared-append';
import { appendBatch, type AppendBatchRow } from './sql/append-batch';
import { appendEvent, type AppendEventRow } from './sql/append-event';
import { Turns } from './turns';

export interface PostgresAppenderOptions {
  readonly pool: Pool;
  readonly reads: BatchedReads;
  readonly coalescing?: Pick<AppendCoalescerOptions, 'lanes' | 'maxBatch' | 'maxBatchBytes' | 'maxWaiting'>;
  /** The pauses before each retry of an append whose outcome is unknown. */
  readonly recoveryPausesMs: readonly number[];
}

type PreparedAppendInTurn = (append: PreparedAppend) => Promise<AppendOutcome>;

const nowhere = { version: 0, partition: 0, position: 0 };

/**
 * Writes prepared appends to the log: alone, together with others that arrive at the same time, or in a turn. Conflicts
 * and repeats are outcomes; only faults are thrown.
 */
export class PostgresAppender {
  private readonly coalescer: AppendCoalescer;
  private readonly turns: Turns;

  constructor(private readonly options: PostgresAppenderOptions) {
    const { pool, coalescing } = options;
    this.coalescer = new AppendCoalescer({
      pool,
      appendAlone: async (append) => (await this.write(append, pool)) ?? this.explain(append),
      ...coalescing,
    });
    this.turns = new Turns(pool);
  }

  /** An append that accepts any version never ends in a conflict. @throws StoreUnavailableError */
  async append(append: PreparedAppend): Promise<AppendOutcome> {
    let outcome = await this.knowingTheOutcome(() => this.coalescer.append(append));
    while (outcome.outcome === 'conflict' && append.expectedVersion === undefined) {
      outcome = await this.inTurn(append.streamId, (appendInTurn) => appendInTurn(append));
    }
    return outcome;
  }

  /** See `EventStore.inTurn`. */
  inTurn<Result>(streamId: string, work: (append: PreparedAppendInTurn) => Promise<Result>): Promise<Result> {
    return this.turns.take([streamId], (turn) =>
      work((append) =>
        this.knowingTheOutcome(
          async () => (await this.writeInTurn(append, turn)) ?? this.explain(append),
          // The turn is lost with its connection, so later attempts run without a turn.
          () => this.coalescer.append(append),
        ),
      ),
    );
  }

  /**
   * One outcome per append, in their order. The events are written only if all outcomes are `appended`.
   *
   * @throws StoreUnavailableError
   */
  appendMany(appends: readonly PreparedAppend[]): Promise<readonly AppendOutcome[]> {
    const streamIds = appends.map(({ streamId }) => streamId);
    return this.knowingTheOutcome(async () => {
      for (;;) {
        const outcomes = await this.turns.take(streamIds, (turn) => this.writeMany(appends, turn));
        if (outcomes?.every(({ outcome }, index) => outcome !== 'conflict' || isFinal(appends[index]!))) {
          return outcomes;
        }
      }
    });
  }

  private async writeInTurn(append: PreparedAppend, turn: Transaction): Promise<AppendOutcome | undefined> {
    try {
      const outcome = await this.write(append, turn.client);
      await (outcome?.outcome === 'appended' ? turn.commit() : turn.rollback());
      return outcome;
    } catch (error) {
      await turn.rollback(error);
      throw error;
    }
  }

  private async writeMany(
    appends: readonly PreparedAppend[],
    turn: Transaction,
  ): Promise<readonly AppendOutcome[] | undefined> {
    try {
      const { rows } = await turn.client.query<AppendBatchRow>(appendBatch(appends));
      if (rows.every(({ outcome }) => outcome === 'appended')) {
        await turn.commit();
      }
      return rows.sort((a, b) => a.append - b.append);
    } catch (error) {
      await turn.rollback(error);
      return undefinedIfLost(error);
    }
  }

  /** @returns `undefined` if nothing was written; `explain` finds the reason */
  private async write(append: PreparedAppend, by: Pool | PoolClient): Promise<AppendOutcome | undefined> {
    const [event, ...others] = append.events;
    try {
      if (!event || others.length > 0) {
        return (await by.query<AppendBatchRow>(appendBatch([append]))).rows[0];
      }
      const row = (await by.query<AppendEventRow>(appendEvent(append, event))).rows[0];
      return row && { outcome: 'appended', ...row };
    } catch (error) {
      return undefinedIfLost(error);
    }
  }

  /**
   * Finds out why nothing was written: the log knows the command, or another process has appended to the stream or has
   * a turn.
   */
  private async explain(append: PreparedAppend): Promise<AppendOutcome> {
    const found = await this.options.reads.findCommand(append.commandId);
    return { outcome: found.length > 0 ? 'known' : 'conflict', ...nowhere };
  }

  /**
   * If the connection is lost during COMMIT, the outcome is unknown. A repeat of the append finds the outcome. The log
   * knows the command if it was written, and waits if it is still being written.
   */
  private async knowingTheOutcome<Outcome>(
    append: () => Promise<Outcome>,
    appendAgain = append,
  ): Promise<Outcome> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await (attempt === 0 ? append() : appendAgain());
      } catch (error) {
        const pauseMs = this.options.recoveryPausesMs[attempt];
        if (pauseMs === undefined || !isUnavailable(error)) {
          throw asStoreFault(error);
        }
        await delay(pauseMs);
      }
    }
  }
}

/** Within a turn, a conflict is final if the append expects a version. */
function isFinal({ expectedVersion }: PreparedAppend): boolean {
  return expectedVersion !== undefined;
}

const uniqueViolation = '23505';
const lostRaces = new Set<string | undefined>(['events_stream_version', 'events_command']);

/** Returns `undefined` if the append saw no conflict but then lost to another process, and throws every other error. */
function undefinedIfLost(error: unknown): undefined {
  if (sqlState(error) === uniqueViolation && lostRaces.has(violatedConstraint(error))) {
    return undefined;
  }
  throw error;
}
