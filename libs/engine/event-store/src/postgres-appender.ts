import {
  asStoreFault,
  isUnavailable,
  sqlState,
  violatedConstraint,
  type InlineWork,
  type Transaction,
} from '@tidemark/postgres';
import type { EventCodec } from '@tidemark/kernel';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase, Pool } from 'pg';
import { AppendCoalescer, type AppendCoalescerOptions, type AppendOutcome } from './append-coalescer';
import type { BatchedReads } from './batched-reads';
import { InlineAppends } from './inline-appends';
import type { PreparedAppend } from './prepared-append';
import { appendBatch, type AppendBatchRow } from './sql/append-batch';
import { appendEvent, type AppendEventRow } from './sql/append-event';
import { Turns } from './turns';

export interface PostgresAppenderOptions {
  readonly pool: Pool;
  readonly reads: BatchedReads;
  readonly coalescing?: Pick<AppendCoalescerOptions, 'lanes' | 'maxBatch' | 'maxBatchBytes' | 'maxWaiting'>;
  readonly codec: EventCodec;
  readonly inline?: InlineWork | undefined;
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
  private readonly inline: InlineAppends;

  constructor(private readonly options: PostgresAppenderOptions) {
    const { pool, codec, coalescing, inline: work } = options;
    this.inline = new InlineAppends({ pool, codec, work });
    this.coalescer = new AppendCoalescer({
      appendTogether: (appends) => this.inline.write(appends, (by) => writeBatch(appends, by)),
      appendAlone: async (append) => (await this.writeAlone(append)) ?? this.explain(append),
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
      const outcome = await writeOne(append, turn.client);
      await this.inline.follow(turn.client, [append], [outcome]);
      await (outcome?.outcome === 'appended' ? turn.commit() : turn.rollback());
      return outcome;
    } catch (error) {
      await turn.rollback(error);
      return undefinedIfLost(error);
    }
  }

  private async writeMany(
    appends: readonly PreparedAppend[],
    turn: Transaction,
  ): Promise<readonly AppendOutcome[] | undefined> {
    try {
      const outcomes = await writeBatch(appends, turn.client);
      if (outcomes.every(({ outcome }) => outcome === 'appended')) {
        await this.inline.follow(turn.client, appends, outcomes);
        await turn.commit();
      }
      return outcomes;
    } catch (error) {
      await turn.rollback(error);
      return undefinedIfLost(error);
    }
  }

  /** @returns `undefined` if nothing was written; `explain` finds the reason */
  private async writeAlone(append: PreparedAppend): Promise<AppendOutcome | undefined> {
    try {
      return (await this.inline.write([append], async (by) => [await writeOne(append, by)]))[0];
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

/** @returns `undefined` if nothing was written */
async function writeOne(append: PreparedAppend, by: Pool | ClientBase): Promise<AppendOutcome | undefined> {
  const [event, ...others] = append.events;
  if (!event || others.length > 0) {
    return (await writeBatch([append], by))[0];
  }
  const row = (await by.query<AppendEventRow>(appendEvent(append, event))).rows[0];
  return row && { outcome: 'appended', ...row };
}

/** The outcomes, in the order of the appends. */
async function writeBatch(
  appends: readonly PreparedAppend[],
  by: Pool | ClientBase,
): Promise<readonly AppendOutcome[]> {
  const { rows } = await by.query<AppendBatchRow>(appendBatch(appends));
  return rows.sort((a, b) => a.append - b.append).map(({ append: _append, ...outcome }) => outcome);
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
