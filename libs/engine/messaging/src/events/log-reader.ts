import type { EventEnvelope } from '@tidemark/kernel';

/** The part of the log that delivery needs. The event store implements it. */
export interface LogReader {
  /**
   * The stored events of one partition from `fromPosition` on, in order and without holes, at most `limit`. They are
   * as they were written: not lifted to the current schema version.
   */
  readPartition(partition: number, fromPosition: number, limit: number): Promise<readonly EventEnvelope[]>;
  /** The last position of every partition, 0 where nothing was written. */
  heads(): Promise<ReadonlyMap<number, number>>;
}
