import type { LogReader } from './log-reader';

/**
 * How many events of a partition wait behind `position`. Read the position before the head, because otherwise the
 * position may have passed the head meanwhile. After the log was restored to an earlier point, the position may be far
 * ahead. No event waits then, and `log_diverged` reports the restore.
 */
export function backlogOf(position: number, head: number): number {
  return Math.max(head - position, 0);
}

/** The progress of a consumer in a partition. */
export interface Progress {
  readonly partition: number;
  readonly position: number;
  /** The position of the last event in the log. */
  readonly head: number;
}

/**
 * The age of the oldest waiting event in the log, in seconds, by partition; 0 if none waits. The time of the append
 * comes from the database's clock, so an error of this process's clock makes the age wrong by as much.
 */
export async function backlogAges(
  log: LogReader,
  progress: readonly Progress[],
  nowMs: number = Date.now(),
): Promise<ReadonlyMap<number, number>> {
  const ages = progress.map(async ({ partition, position, head }): Promise<[number, number]> => {
    const [oldest] = head > position ? await log.readPartition(partition, position + 1, 1) : [];
    return [partition, oldest ? Math.max(0, nowMs - Date.parse(oldest.timestamp)) / 1_000 : 0];
  });
  return new Map(await Promise.all(ages));
}
