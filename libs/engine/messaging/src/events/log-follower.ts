import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';

/** Consecutive positions of a partition, as read from the log. */
export interface LogPage {
  readonly events: readonly EventEnvelope[];
  /** How far the page reaches. If there is a filter, the page may reach beyond its last event. */
  readonly to: Checkpoint;
  /** Whether the log may hold more. */
  readonly isFull: boolean;
}

export type ReadPage = (after: Checkpoint, limit: number) => Promise<LogPage>;

/**
 * Follows one partition of the log, page by page. Reads only when it was told that there is more, or when the caller
 * has not got as far as the last page. Holds no page itself, so the caller decides what is in memory.
 */
export class LogFollower {
  /** At first the log may hold anything. A notice during a read stays, because the read may have missed its event. */
  private mayHoldMore = true;
  private readUpTo = 0;

  constructor(private readonly read: ReadPage) {}

  /** Whether `next` would not read, if the caller has got as far as the last page. */
  get isIdle(): boolean {
    return !this.mayHoldMore;
  }

  /** The log holds more, or may do so. */
  notice(): void {
    this.mayHoldMore = true;
  }

  /** `undefined` when there is nothing to read. */
  async next(after: Checkpoint, limit: number): Promise<LogPage | undefined> {
    if (!this.mayHoldMore && after.position >= this.readUpTo) {
      return undefined;
    }
    this.mayHoldMore = false;
    try {
      const page = await this.read(after, limit);
      this.readUpTo = page.to.position;
      this.mayHoldMore ||= page.isFull;
      return page;
    } catch (error) {
      this.mayHoldMore = true;
      throw error;
    }
  }
}
