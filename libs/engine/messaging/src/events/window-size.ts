export interface WindowLimits {
  readonly events: number;
  readonly bytes: number;
}

/** Until the size of the events is known. Even of the largest events (about 100 KiB), 32 take little memory. */
const FIRST = 32;

/**
 * How many events to read at once, by three limits: twice the events of the last window, as many events of its average
 * size as fit into the byte limit, and the event limit. So a window follows the load, and a window of large events is
 * small.
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
