export interface WindowLimits {
  readonly events: number;
  readonly bytes: number;
}

/** Until it is known how large the events are. 32 of the largest that the log takes (100 KiB or so) are still few. */
const FIRST = 32;

/**
 * How many events to read at once: at most twice as many as the last window held, as many as fit into the byte limit at
 * its average event size, and never more than the event limit. So a window follows the load, and a window of large
 * events is small.
 */
export class WindowSize {
  private size: number;

  constructor(private readonly limits: WindowLimits) {
    this.size = Math.min(FIRST, limits.events);
  }

  get events(): number {
    return this.size;
  }

  /** The last window held `count` events, which had `bytes` bytes together. */
  follow(count: number, bytes: number): void {
    const byLoad = Math.max(FIRST, 2 * count);
    const byBytes = Math.floor((this.limits.bytes * count) / Math.max(bytes, 1));
    this.size = Math.max(1, Math.min(this.limits.events, byLoad, byBytes));
  }
}
