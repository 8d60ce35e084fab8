import type { ParkedStore, ParkedStream } from '@tidemark/messaging';

/** A group's parked streams, with what readers and verifiers of the documents ask for. */
export interface ParkedStreams extends ParkedStore {
  /** Streams of these partitions that are not resolved. */
  openIn(partitions: readonly number[]): Promise<readonly ParkedStream[]>;

  /**
   * The streams that affect what takes effect in a partition: those that are not resolved, and those with discarded
   * events.
   */
  mattering(partition: number): Promise<readonly ParkedStream[]>;
}
