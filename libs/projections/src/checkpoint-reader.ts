import { isHeldBackBy, type LogReader } from '@tidemark/messaging';
import type { Db } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoGroupStore } from './mongo-group-store';
import { MongoParkedStore } from './mongo-parked-store';

export interface CheckpointReaderOptions {
  readonly db: Db;
  /** The consumer group whose progress is waited for. */
  readonly group: string;
  /** Asked only while something is parked: whether it is what is waited for. */
  readonly log: Pick<LogReader, 'readPartition'>;
  /** 20 by default. */
  readonly pollIntervalMs?: number;
}

/** A place in the log, as a consistency token names it. */
export interface LogPosition {
  readonly partition: number;
  readonly position: number;
}

/** Lets a query wait until the documents contain what its caller has already seen written. */
export class CheckpointReader {
  private readonly group: MongoGroupStore;
  private readonly parked: MongoParkedStore;
  private readonly pollIntervalMs: number;

  constructor(private readonly options: CheckpointReaderOptions) {
    this.group = new MongoGroupStore(options.db, options.group);
    this.parked = new MongoParkedStore(options.db, options.group);
    this.pollIntervalMs = options.pollIntervalMs ?? 20;
  }

  /**
   * `true` as soon as the documents contain every event up to all of these positions, `false` when `timeoutMs` passes
   * first. It looks at least once. An event of a parked stream is not in the documents although the checkpoint has passed it.
   *
   * @throws DocumentStoreUnavailableError, and what the log throws
   */
  async waitFor(positions: readonly LogPosition[], timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    let behind = await this.stillBehind(positions);
    while (behind.length > 0) {
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) {
        return false;
      }
      await delay(Math.min(this.pollIntervalMs, remainingMs));
      behind = await this.stillBehind(behind);
    }
    return true;
  }

  private async stillBehind(positions: readonly LogPosition[]): Promise<readonly LogPosition[]> {
    const checkpoints = await Promise.all(
      positions.map(({ partition }) => this.group.loadCheckpoint(partition)),
    );
    const isPassed = (position: LogPosition, i: number) =>
      (checkpoints[i]?.position ?? 0) >= position.position;
    const waiting = await this.waitingInParkedStreams(positions.filter(isPassed));
    return [...positions.filter((position, i) => !isPassed(position, i)), ...waiting];
  }

  /** Only once the checkpoint has passed them: a stream is recorded as parked before that moves. */
  private async waitingInParkedStreams(passed: readonly LogPosition[]): Promise<readonly LogPosition[]> {
    if (passed.length === 0) {
      return [];
    }
    const streams = await this.parked.openIn(passed.map(({ partition }) => partition));
    const waiting: LogPosition[] = [];
    for (const { partition, position } of passed) {
      const candidates = streams.filter((s) => s.partition === partition && s.event.position <= position);
      const [event] =
        candidates.length > 0 ? await this.options.log.readPartition(partition, position, 1) : [];
      if (event && candidates.some((stream) => isHeldBackBy(stream, event))) {
        waiting.push({ partition, position });
      }
    }
    return waiting;
  }
}
