import { pause } from './backoff';

/** The reason that is passed to `abort()`, because the default reason costs a stack trace each time. */
const rung = 'rung';

/** Lets one loop sleep until there is something to do. A ring while the loop is awake ends its next sleep at once. */
export class Wakeup {
  private rung = false;
  private current = new AbortController();

  ring(): void {
    this.rung = true;
    this.current.abort(rung);
  }

  /** Returns after a ring, or after `ms`, whichever is first. */
  async sleep(ms: number): Promise<void> {
    if (!this.rung) {
      await pause(ms, this.current.signal);
    }
    this.rung = false;
    this.current = new AbortController();
  }
}
