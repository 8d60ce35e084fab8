import type { WritingContender } from '../append/contender';
import type { Write } from '../append/write';

/** The number of events that each contender writes in one transaction. */
export const batchEvents = 10_000;

export interface ImportContender extends WritingContender {
  /** Prepares what does not count. The returned function writes the history; all of it is durable when it resolves. */
  prepare(history: readonly Write[]): Promise<() => Promise<void>>;
}
