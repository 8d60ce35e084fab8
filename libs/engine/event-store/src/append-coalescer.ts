import { isUnavailable } from '@tidemark/postgres';
import { AppendQueueFullError } from './errors';
import type { PreparedAppend } from './prepared-append';
import type { AppendBatchRow } from './sql/append-batch';

export interface AppendCoalescerOptions {
  /**
   * Writes appends to different streams and of different commands in one transaction. Returns their outcomes in order.
   * Throws the errors of the statements; then nothing was written.
   */
  readonly appendTogether: (appends: readonly PreparedAppend[]) => Promise<readonly AppendOutcome[]>;
  /** Writes one append in a transaction of its own. Throws the errors of the statements. */
  readonly appendAlone: (append: PreparedAppend) => Promise<AppendOutcome>;
  /** How many batches may run at a time; 2 by default. */
  readonly lanes?: number;
  /** The maximum number of appends in one batch; 128 by default. */
  readonly maxBatch?: number;
  /** The maximum number of bytes of payload in one batch; 4 MiB by default. */
  readonly maxBatchBytes?: number;
  /** The maximum number of appends that may wait in a lane. More are refused at once. 1,000 by default. */
  readonly maxWaiting?: number;
}

export type AppendOutcome = Omit<AppendBatchRow, 'append'>;

interface Waiting {
  readonly append: PreparedAppend;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: appends that arrive during other appends go together in the next call, which decides each of them
 * separately. A single caller never waits. The more callers there are, the less each commit costs.
 *
 * A batch holds the heads of its partitions until it is committed. So every partition has its lane, and concurrent
 * batches never wait for each other. Measured: two batches over all partitions in effect ran one after the other, and
 * left the machine half idle.
 *
 * If the database does not answer a batch, all appends that wait in its lane fail with the same fault. Each would get
 * the same fault, after a time-out of its own. So no append waits longer than for two batches.
 */
export class AppendCoalescer {
  private readonly lanes: readonly Lane[];

  constructor(options: AppendCoalescerOptions) {
    this.lanes = Array.from({ length: options.lanes ?? 2 }, () => new Lane(options));
  }

  append(append: PreparedAppend): Promise<AppendOutcome> {
    return this.lanes[append.partition % this.lanes.length]!.append(append);
  }
}

/** Sends one batch at a time. */
class Lane {
  private waiting: Waiting[] = [];
  private busy = false;

  constructor(private readonly options: AppendCoalescerOptions) {}

  append(append: PreparedAppend): Promise<AppendOutcome> {
    const { maxWaiting = 1_000 } = this.options;
    if (this.waiting.length >= maxWaiting) {
      return Promise.reject(new AppendQueueFullError(maxWaiting));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, resolve, reject });
      if (!this.busy) {
        void this.work();
      }
    });
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const batch = this.takeBatch();
      await this.send(batch);
      if (batch.length > 1) {
        // Callers that were answered may append again in this turn of the event loop, and those appends go together.
        await new Promise(setImmediate);
      }
    }
    this.busy = false;
  }

  /**
   * Takes the waiting appends in order of arrival. A second append to the same stream or of the same command waits for
   * the next batch.
   */
  private takeBatch(): Waiting[] {
    const { maxBatch = 128, maxBatchBytes = 4 * 1_048_576 } = this.options;
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
    if (batch.length === 1) {
      await this.sendAlone(batch[0]!);
      return;
    }
    try {
      const outcomes = await this.options.appendTogether(batch.map(({ append }) => append));
      batch.forEach(({ resolve }, index) => resolve(outcomes[index]!));
    } catch (error) {
      if (isUnavailable(error)) {
        batch.forEach(({ reject }) => reject(error));
        this.failWaiting(error);
        return;
      }
      // One append made all of them fail, for example by a command id that another partition is appending, or by an
      // event that an inline projection can't fold.
      for (const waiting of batch) {
        await this.sendAlone(waiting);
      }
    }
  }

  private async sendAlone({ append, resolve, reject }: Waiting): Promise<void> {
    try {
      resolve(await this.options.appendAlone(append));
    } catch (error) {
      reject(error);
      if (isUnavailable(error)) {
        this.failWaiting(error);
      }
    }
  }

  private failWaiting(fault: unknown): void {
    this.waiting.splice(0).forEach(({ reject }) => reject(fault));
  }
}
