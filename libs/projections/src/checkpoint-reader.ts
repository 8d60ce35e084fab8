import { isHeldBackBy, type LogReader } from '@tidemark/messaging';
import type { Db } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';
import { GenerationPositions } from './generations/generation-positions';
import type { LiveGenerations } from './generations/live-generations';
import { MongoParkedStore } from './mongo-parked-store';

export interface CheckpointReaderOptions {
  readonly db: Db;
  /** The consumer group whose progress is waited for. */
  readonly group: string;
  /** Asked only while something is parked: whether it is what is waited for. */
  readonly log: Pick<LogReader, 'readPartition'>;
  /** What is read: its generations may be fed apart from the group for a while. Without it the group's checkpoint counts. */
  readonly live?: Pick<LiveGenerations, 'current' | 'vouchFor'>;
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
  private readonly generations: GenerationPositions;
  private readonly parked: MongoParkedStore;
  private readonly pollIntervalMs: number;

  constructor(private readonly options: CheckpointReaderOptions) {
    this.generations = new GenerationPositions(options.db, options.group);
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
    while (!(await this.isPassed(positions))) {
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) {
        return false;
      }
      await delay(Math.min(this.pollIntervalMs, remainingMs));
    }
    return true;
  }

  /** A flip in between is noticed, and then what was looked up counts for nothing. */
  private async isPassed(positions: readonly LogPosition[]): Promise<boolean> {
    const { live } = this.options;
    const generations = await live?.current();
    const reached = await Promise.all(
      positions.map(async ({ partition, position }) => {
        const least = await this.generations.leastIn(partition, [...(generations?.values() ?? [])]);
        return least >= position;
      }),
    );
    if (!reached.every(Boolean) || (await this.isAnyParked(positions))) {
      return false;
    }
    return !live || !generations || live.vouchFor(generations, positions);
  }

  /** Only once the checkpoint has passed them: a stream is recorded as parked before that moves. */
  private async isAnyParked(passed: readonly LogPosition[]): Promise<boolean> {
    if (passed.length === 0) {
      return false;
    }
    const streams = await this.parked.openIn(passed.map(({ partition }) => partition));
    for (const { partition, position } of passed) {
      const candidates = streams.filter((s) => s.partition === partition && s.event.position <= position);
      const [event] =
        candidates.length > 0 ? await this.options.log.readPartition(partition, position, 1) : [];
      if (event && candidates.some((stream) => isHeldBackBy(stream, event))) {
        return true;
      }
    }
    return false;
  }
}
