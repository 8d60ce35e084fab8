import type { EventStore } from '../event-store';

/** An event store under test. */
export interface EventStoreBed {
  /** The store under test. Its codec knows the `contractEvents`. */
  readonly store: EventStore;
  readonly partitions: number;
  /**
   * Fails if a stream's versions or a partition's positions have a hole, or if a head is not the last position. By
   * default, the suite reads the whole log through the store, which takes longer.
   */
  expectGaplessLog?(): Promise<void>;
  close(): Promise<void>;
}
