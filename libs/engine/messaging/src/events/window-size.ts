export interface WindowLimits {
  readonly events: number;
  readonly bytes: number;
}

/** Until it is known how large the events are. 32 of the largest that the log takes (100 KiB or so) are still few. */
const FIRST = 32;

/**
 * How many events to read at once: what the bytes of the last window allow, at most twice as many as that held, and
 * never more than the limit. So one that follows the load costs nothing, and one of large events is small.
 */
export class WindowSize {
  private size: number;

  constructor(private readonly limits: WindowLimits) {
    this.size = Math.min(FIRST, limits.events);
  }

  get events(): number {
    return this.size;
  }

  /** The last window held `count` events, which were so many bytes. */
  follow(count: number, bytes: number): void {
    const byLoad = Math.max(FIRST, 2 * count);
    const byBytes = Math.floor((this.limits.bytes * count) / Math.max(bytes, 1));
    this.size = Math.max(1, Math.min(this.limits.events, byLoad, byBytes));
  }
}
