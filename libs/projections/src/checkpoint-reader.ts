import type { Db } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoGroupStore } from './mongo-group-store';

export interface CheckpointReaderOptions {
  readonly db: Db;
  /** The consumer group whose progress is waited for. */
  readonly group: string;
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
  private readonly pollIntervalMs: number;

  constructor(options: CheckpointReaderOptions) {
    this.group = new MongoGroupStore(options.db, options.group);
    this.pollIntervalMs = options.pollIntervalMs ?? 20;
  }

  /**
   * `true` as soon as the documents contain every event up to all of these positions, `false` when `timeoutMs` passes
   * first. It looks at least once.
   *
   * @throws DocumentStoreUnavailableError
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
    return positions.filter(({ position }, i) => (checkpoints[i]?.position ?? 0) < position);
  }
}
