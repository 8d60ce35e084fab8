import { LRUCache } from 'lru-cache';

const MAX_SUBJECTS = 10_000;

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/**
 * A token bucket per subject, in this process only. It is a safety limit and not a quota. It remembers only the most
 * recent subjects, so its memory is bounded. A forgotten subject starts with a full bucket.
 */
export class RateLimiter {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_SUBJECTS });

  constructor(
    /** 0: no limit. */
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * Takes a token from the bucket. Returns 0 if there was a token, or else the seconds until the next token, rounded
   * up.
   */
  take(subject: string): number {
    if (this.perSecond === 0) {
      return 0;
    }
    const now = this.nowMs();
    const bucket = this.buckets.get(subject) ?? { tokens: this.burst, atMs: now };
    const tokens = Math.min(this.burst, bucket.tokens + ((now - bucket.atMs) / 1000) * this.perSecond);
    const allowed = tokens >= 1;
    this.buckets.set(subject, { tokens: allowed ? tokens - 1 : tokens, atMs: now });
    return allowed ? 0 : Math.ceil((1 - tokens) / this.perSecond);
  }
}
