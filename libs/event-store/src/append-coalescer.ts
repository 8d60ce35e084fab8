import type { Pool } from 'pg';
import type { PreparedAppend } from './prepared-append';
import { appendBatch, type AppendBatchRow } from './sql/append-batch';
import { isUnavailable } from '@tidemark/postgres';

export interface AppendCoalescerOptions {
  readonly pool: Pool;
  /** Appends a lone one, in one statement; throws what the statement throws. */
  readonly appendAlone: (append: PreparedAppend) => Promise<AppendOutcome>;
  /** Appends in one batch; 64 by default. */
  readonly maxBatch?: number;
  /** Batches under way; 2 by default, so that one is prepared while the other commits. More only wait for each other. */
  readonly maxInFlight?: number;
  /** Of the payloads of one batch; 4 MiB by default. */
  readonly maxBatchBytes?: number;
}

export type AppendOutcome = Omit<AppendBatchRow, 'append'>;

interface Waiting {
  readonly append: PreparedAppend;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: appends that arrive while others are under way go together in the next call, which decides each of them
 * by itself. One caller alone waits for nobody; the more there are, the less each commit costs.
 */
export class AppendCoalescer {
  private waiting: Waiting[] = [];
  private inFlight = 0;
  private scheduled = false;

  constructor(private readonly options: AppendCoalescerOptions) {}

  append(append: PreparedAppend): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, resolve, reject });
      this.schedule();
    });
  }

  /** Not at once, so that all that is asked for in one turn of the event loop goes together. */
  private schedule(): void {
    if (!this.scheduled && this.waiting.length > 0 && this.inFlight < (this.options.maxInFlight ?? 2)) {
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        void this.send(this.takeBatch());
        this.schedule();
      });
    }
  }

  /** In order of arrival. A second append of a stream or of a command waits for the next batch. */
  private takeBatch(): Waiting[] {
    const { maxBatch = 64, maxBatchBytes = 4 * 1_048_576 } = this.options;
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    const taken = new Set<string>();
    let bytes = 0;
    for (const waiting of this.waiting) {
      const { streamId, commandId } = waiting.append;
      const fits =
        batch.length < maxBatch && (batch.length === 0 || bytes + waiting.append.bytes <= maxBatchBytes);
      if (fits && !taken.has(streamId) && !taken.has(commandId)) {
        batch.push(waiting);
        taken.add(streamId).add(commandId);
        bytes += waiting.append.bytes;
      } else {
        left.push(waiting);
      }
    }
    this.waiting = left;
    return batch;
  }

  private async send(batch: readonly Waiting[]): Promise<void> {
    this.inFlight += 1;
    try {
      if (batch.length === 1) {
        await this.sendAlone(batch[0]!);
      } else {
        await this.sendTogether(batch);
      }
    } finally {
      this.inFlight -= 1;
      this.schedule();
    }
  }

  private async sendTogether(batch: readonly Waiting[]): Promise<void> {
    try {
      const statement = appendBatch(batch.map(({ append }) => append));
      const { rows } = await this.options.pool.query<AppendBatchRow>(statement);
      for (const { append, ...outcome } of rows) {
        batch[append - 1]!.resolve(outcome);
      }
    } catch (error) {
      if (isUnavailable(error)) {
        batch.forEach(({ reject }) => reject(error));
        return;
      }
      // One of them made the database refuse all: a command id that is in flight in another partition, say.
      for (const waiting of batch) {
        await this.sendAlone(waiting);
      }
    }
  }

  private async sendAlone({ append, resolve, reject }: Waiting): Promise<void> {
    await this.options.appendAlone(append).then(resolve, reject);
  }
}
