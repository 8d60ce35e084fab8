import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import { LogDivergedError } from '../errors';
import type { LogReader } from './log-reader';

/**
 * The events after a checkpoint, at most `limit`. First checks that the checkpoint belongs to this log. A log that was
 * restored to an earlier point has no event, or another one, at the checkpoint's position.
 *
 * @throws LogDivergedError
 */
export async function readAfter(
  log: LogReader,
  partition: number,
  after: Checkpoint,
  limit: number,
): Promise<readonly EventEnvelope[]> {
  if (after.position === 0) {
    return contiguous(partition, 1, await log.readPartition(partition, 1, limit));
  }
  const [anchor, ...events] = await log.readPartition(partition, after.position, limit + 1);
  if (anchor?.position !== after.position || anchor.eventId !== after.eventId) {
    throw new LogDivergedError(partition, after.position, after.eventId, anchor?.eventId);
  }
  return contiguous(partition, after.position + 1, events);
}

/** @throws LogDivergedError unless the checkpoint's event is at its position. */
export async function verifyCheckpoint(
  log: LogReader,
  partition: number,
  checkpoint: Checkpoint,
): Promise<void> {
  if (checkpoint.position > 0) {
    await readAfter(log, partition, checkpoint, 0);
  }
}

/**
 * The events between two positions, both included, for a reader that knows that the log has reached the second.
 *
 * @throws LogDivergedError unless the log holds all of them
 */
export async function readSpan(
  log: Pick<LogReader, 'readPartition'>,
  partition: number,
  from: number,
  to: number,
): Promise<readonly EventEnvelope[]> {
  const events = contiguous(partition, from, await log.readPartition(partition, from, to - from + 1));
  if (from + events.length <= to) {
    throw new LogDivergedError(partition, from + events.length, undefined, undefined);
  }
  return events;
}

/** @throws LogDivergedError unless the positions count up from `from` without gaps. */
export function contiguous(
  partition: number,
  from: number,
  events: readonly EventEnvelope[],
): readonly EventEnvelope[] {
  events.forEach((event, index) => {
    if (event.position !== from + index) {
      throw new LogDivergedError(partition, from + index, undefined, event.eventId);
    }
  });
  return events;
}
