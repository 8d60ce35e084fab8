/** The bounds of the wait before the next attempt. */
export interface BackoffOptions {
  /** Ceiling of the first wait. Default 100 ms. */
  readonly minBackoffMs?: number;
  /** Ceiling of every wait. Default 10 s. */
  readonly maxBackoffMs?: number;
}

const DEFAULT_MAX_BACKOFF_MS = 10_000;

/**
 * The wait after the `attempt`-th failure in a row (1 is the first). It is a random time between half of a ceiling and
 * the ceiling, which doubles each time up to the cap. So replicas that failed together don't return together.
 */
export function backoffMs(
  attempt: number,
  { minBackoffMs = 100, maxBackoffMs = DEFAULT_MAX_BACKOFF_MS }: BackoffOptions = {},
): number {
  const ceiling = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling * (0.5 + Math.random() / 2));
}

/**
 * The waits between the attempts of a part that must work as long as the process lives. A part that soon fails again
 * has not recovered. So failures count as consecutive until the part has worked for as long as the longest wait.
 */
export class Retries {
  private count = 0;
  private workingSince: number | undefined;

  constructor(private readonly options: BackoffOptions) {}

  /** Failures in a row. */
  get failures(): number {
    return this.count;
  }

  /** Records that the part works now. */
  succeeded(): void {
    this.workingSince = performance.now();
  }

  /** Records that the part does not work, or no longer works. @returns how long to wait, in milliseconds */
  failed(): number {
    const { workingSince } = this;
    const { maxBackoffMs = DEFAULT_MAX_BACKOFF_MS } = this.options;
    if (workingSince !== undefined && performance.now() - workingSince >= maxBackoffMs) {
      this.count = 0;
    }
    this.workingSince = undefined;
    this.count += 1;
    return backoffMs(this.count, this.options);
  }
}

/** Resolves after `ms`, or at once when the signal aborts. Never rejects: the caller checks the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}

/** Waits for `work`, but not longer than `ms`. Returns whether the work finished. Rejects if the work fails. */
export async function doneWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timeUp = new AbortController();
  const done = work.then(() => true);
  try {
    return await Promise.race([done, pause(ms, timeUp.signal).then(() => false)]);
  } finally {
    // Gives a reason, because the default reason costs a stack trace each time.
    timeUp.abort('done');
  }
}
