import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EventStore } from '@tidemark/event-store';
import type { LogPosition } from '@tidemark/kernel';
import type { Follower } from '@tidemark/nestjs';

const POLL_INTERVAL_MS = 50;

/**
 * The primary database has every committed event. So a read waits only for a position that a replica of the database
 * lacks, or that is not written yet.
 */
@Injectable()
export class LogFollower implements Follower {
  constructor(private readonly store: EventStore) {}

  /** @throws StoreUnavailableError */
  async waitFor(positions: readonly LogPosition[], timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!signal.aborted) {
      const heads = await this.store.heads();
      if (positions.every(({ partition, position }) => (heads.get(partition) ?? 0) >= position)) {
        return true;
      }
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) {
        return false;
      }
      await delay(Math.min(POLL_INTERVAL_MS, remainingMs), undefined, { signal }).catch(() => undefined);
    }
    return false;
  }
}
