import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import { readAfter } from './anchored-read';
import type { PartitionSource } from './delivery';
import { LogFollower } from './log-follower';
import type { LogReader } from './log-reader';

export interface LogSourceOptions {
  readonly log: LogReader;
  readonly partition: number;
  readonly onClosed?: () => void;
}

/** The events of one partition, read from the log. Each page begins at the checkpoint, and is compared with it. */
export class LogSource implements PartitionSource {
  readonly errorCode = undefined;
  private readonly follower: LogFollower;

  constructor(private readonly options: LogSourceOptions) {
    const { log, partition } = options;
    this.follower = new LogFollower(async (after, limit) => {
      const events = await readAfter(log, partition, after, limit);
      const last = events.at(-1);
      const to = last ? { position: last.position, eventId: last.eventId } : after;
      return { events, to, isFull: events.length === limit };
    });
  }

  get isIdle(): boolean {
    return this.follower.isIdle;
  }

  async next(after: Checkpoint, limit: number): Promise<readonly EventEnvelope[]> {
    return (await this.follower.next(after, limit))?.events ?? [];
  }

  noticeMore(): void {
    this.follower.notice();
  }

  /** Does nothing, because the checkpoint is the only record of progress. */
  acknowledge(): void {}

  close(): Promise<void> {
    this.options.onClosed?.();
    return Promise.resolve();
  }
}
