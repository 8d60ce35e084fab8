import { eitherOf } from '@tidemark/messaging';
import { setTimeout as delay } from 'node:timers/promises';

export interface Renewal {
  /** Returns false if the claim has another owner by now. */
  readonly renew: () => Promise<boolean>;
  /** How long one renewal lasts. */
  readonly ttlMs: number;
  readonly signal: AbortSignal;
}

/**
 * Renews a claim three times within its duration, until the work is done. The work's signal aborts if the claim is
 * lost.
 */
export async function whileRenewed<Result>(
  { renew, ttlMs, signal }: Renewal,
  work: (held: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  const done = new AbortController();
  const keeping = (async () => {
    while (!done.signal.aborted) {
      await delay(ttlMs / 3, undefined, { signal: done.signal }).catch(() => undefined);
      // A store that can't be reached now may answer the next time. Meanwhile, another replica can at most do the same
      // work.
      if (!done.signal.aborted && !(await renew().catch(() => true))) {
        lost.abort();
        return;
      }
    }
  })();
  const { either: held, release } = eitherOf(signal, lost.signal);
  try {
    return await work(held);
  } finally {
    release();
    done.abort();
    await keeping;
  }
}
