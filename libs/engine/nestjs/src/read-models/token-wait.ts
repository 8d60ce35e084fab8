import { within, type LogPosition } from '@tidemark/kernel';
import type { LogHeads } from './log-heads';

/** Extra time for a check of the store that started in time. */
const GRACE_MS = 1_000;

/**
 * - `reached`: a read sees the positions.
 * - `behind`: it does not see them yet, and the time is over.
 * - `refused`: a position is beyond the log, so that no write has returned it.
 */
export type TokenWaitOutcome = 'reached' | 'behind' | 'refused';

/** A part that follows the log and that reads can wait for. */
export interface Follower {
  /** `true` as soon as it has reached all positions; `false` after `timeoutMs`, or when the signal ends the wait. */
  waitFor(positions: readonly LogPosition[], timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

/** Makes a read wait for the writes that its consistency token names. */
export class TokenWait {
  constructor(private readonly heads: Pick<LogHeads, 'isAnyBeyond'>) {}

  /**
   * Resolves at most a second after `timeoutMs`, also if the follower's store does not answer. A log that does not
   * answer delays no read.
   *
   * @throws what the follower throws
   */
  async for(
    positions: readonly LogPosition[],
    follower: Follower,
    timeoutMs: number,
  ): Promise<TokenWaitOutcome> {
    const over = new AbortController();
    const late = new Error('the store does not answer');
    try {
      const followed = this.follow(positions, follower, timeoutMs, over.signal);
      return await within(timeoutMs + GRACE_MS, followed, () => late);
    } catch (error) {
      if (error !== late) {
        throw error;
      }
      return 'behind';
    } finally {
      over.abort();
    }
  }

  /** A token that was already reached, as most are, needs no query of the log. */
  private async follow(
    positions: readonly LogPosition[],
    follower: Follower,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<TokenWaitOutcome> {
    const wait = async (ms: number) =>
      (await follower.waitFor(positions, ms, signal)) ? 'reached' : 'behind';
    const first = await wait(0);
    if (first === 'reached') {
      return first;
    }
    const followed = wait(timeoutMs);
    const refused = this.heads.isAnyBeyond(positions).then(
      (isBeyond) => (isBeyond ? 'refused' : followed),
      () => followed,
    );
    return Promise.race([followed, refused]);
  }
}
