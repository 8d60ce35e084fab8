import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import { WindowSize } from './window-size';

/** Consecutive positions of a partition, as read from the log. */
export interface LogPage {
  readonly events: readonly EventEnvelope[];
  /** How far the page reaches. If there is a filter, the page may reach beyond its last event. */
  readonly to: Checkpoint;
  /** Whether the log may hold more. */
  readonly isFull: boolean;
}

export type ReadPage = (after: Checkpoint, limit: number) => Promise<LogPage>;

/** The maximum size of a page, as JSON. Only a page with larger events than the one before may exceed it. */
const PAGE_BYTES = 1_048_576;

/**
 * Follows one partition of the log, page by page. Reads only when it was told that there is more, or when the caller
 * has not got as far as the last page. Holds no page itself, so the caller decides what is in memory. Pages become
 * smaller as events become larger: 16 partitions, each with a page of 200 events of 100 KiB, would not fit into the
 * memory of a service.
 */
export class LogFollower {
  private readonly pageSize = new WindowSize({ events: Infinity, bytes: PAGE_BYTES });
  /** At first the log may hold anything. A notice during a read stays, because the read may have missed its event. */
  private mayHoldMore = true;
  private readUpTo = 0;

  constructor(private readonly read: ReadPage) {}

  /** Whether there is no news: a caller that has the last page would read nothing more. */
  get isIdle(): boolean {
    return !this.mayHoldMore;
  }

  /** The log holds more, or may do so. */
  notice(): void {
    this.mayHoldMore = true;
  }

  /** At most `limit` events. `undefined` when there is nothing to read. */
  async next(after: Checkpoint, limit: number): Promise<LogPage | undefined> {
    if (!this.mayHoldMore && after.position >= this.readUpTo) {
      return undefined;
    }
    this.mayHoldMore = false;
    try {
      const page = await this.read(after, Math.min(limit, this.pageSize.events));
      this.measure(page.events);
      this.readUpTo = page.to.position;
      this.mayHoldMore ||= page.isFull;
      return page;
    } catch (error) {
      this.mayHoldMore = true;
      throw error;
    }
  }

  private measure(events: readonly EventEnvelope[]): void {
    if (events.length > 0) {
      const largest = Math.max(...events.map(({ data }) => Buffer.byteLength(JSON.stringify(data))));
      this.pageSize.follow(events.length, events.length * largest);
    }
  }
}
