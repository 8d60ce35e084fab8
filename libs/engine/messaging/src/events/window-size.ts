export interface WindowLimits {
  readonly events: number;
  readonly bytes: number;
}

/**
 * The number of events to read before their size is known. 32 events take little memory, even if they are of the
 * largest size (about 100 KiB).
 */
const FIRST = 32;

/**
 * Decides how many events to read at once. There are three limits: twice the events of the last window, the events of
 * its average size that fit into the byte limit, and the event limit. So a window follows the load, and a window of
 * large events is small.
 */
export class WindowSize {
  private size: number;

  constructor(private readonly limits: WindowLimits) {
    this.size = Math.min(FIRST, limits.events);
  }

  get events(): number {
    return this.size;
  }

  /** Records that the last window had `count` events with `bytes` bytes in total. */
  follow(count: number, bytes: number): void {
    const byLoad = Math.max(FIRST, 2 * count);
    const byBytes = Math.floor((this.limits.bytes * count) / Math.max(bytes, 1));
    this.size = Math.max(1, Math.min(this.limits.events, byLoad, byBytes));
  }
}
