import type { EventCodec } from '@tidemark/kernel';
import { inTransaction, type InlineWork, type PositionSpan } from '@tidemark/postgres';
import type { ClientBase, Pool } from 'pg';
import type { AppendOutcome } from './append-coalescer';
import type { PreparedAppend } from './prepared-append';
import { toEnvelope, type EventRow } from './sql/event-row';
import { readSpans } from './sql/read-spans';

export interface InlineAppendsOptions {
  readonly pool: Pool;
  readonly codec: EventCodec;
  /** Absent if appends have no inline work. Then no append needs a transaction for it. */
  readonly work: InlineWork | undefined;
}

/** Does inline work in the transactions of appends. */
export class InlineAppends {
  constructor(private readonly options: InlineAppendsOptions) {}

  /**
   * Writes appends, and does the inline work in the same transaction.
   *
   * @param write returns an outcome for each append, in their order
   */
  async write<Outcomes extends readonly (AppendOutcome | undefined)[]>(
    appends: readonly PreparedAppend[],
    write: (by: Pool | ClientBase) => Promise<Outcomes>,
  ): Promise<Outcomes> {
    const { pool, work } = this.options;
    if (!work) {
      return write(pool);
    }
    return inTransaction(pool, async (client) => {
      const outcomes = await write(client);
      await this.follow(client, appends, outcomes);
      return outcomes;
    });
  }

  /** The inline work of appends that this transaction has written. Throws the errors of the work. */
  async follow(
    client: ClientBase,
    appends: readonly PreparedAppend[],
    outcomes: readonly (AppendOutcome | undefined)[],
  ): Promise<void> {
    const { codec, work } = this.options;
    const written = spansOf(appends, outcomes);
    if (!work || written.length === 0) {
      return;
    }
    await work({
      client,
      written,
      read: async (spans) => {
        const { rows } = await client.query<EventRow>(readSpans(spans));
        return rows.map((row) => {
          const envelope = toEnvelope(row);
          return { ...envelope, data: codec.decode(envelope).data };
        });
      },
    });
  }
}

/** The appends of one transaction have consecutive positions in each partition, because it holds the heads. */
function spansOf(
  appends: readonly PreparedAppend[],
  outcomes: readonly (AppendOutcome | undefined)[],
): readonly PositionSpan[] {
  const spans = new Map<number, PositionSpan>();
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome?.outcome !== 'appended') {
      continue;
    }
    const { partition, position: last } = outcome;
    const first = last - appends[index]!.events.length + 1;
    const before = spans.get(partition) ?? { first, last };
    spans.set(partition, {
      partition,
      first: Math.min(before.first, first),
      last: Math.max(before.last, last),
    });
  }
  return [...spans.values()];
}
