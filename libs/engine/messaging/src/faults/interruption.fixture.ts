import { writeSync } from 'node:fs';

/** The point at which a process is killed or frozen, and at which of its arrivals there. */
export interface InterruptionPlan<Point extends string> {
  readonly at: Point;
  readonly nth: number;
  readonly by: 'SIGKILL' | 'SIGSTOP';
}

/**
 * Sends the test a message, in one line of JSON. The line is written at once, because the process may end in the next
 * moment.
 */
export function say(what: string, facts: object = {}): void {
  writeSync(1, `${JSON.stringify({ what, ...facts })}\n`);
}

/** Ends or freezes this process in the middle of its work. */
export class Interruption<Point extends string> {
  private times = 0;

  constructor(private readonly plan: InterruptionPlan<Point> | undefined) {}

  reach(point: Point): void {
    if (this.plan?.at !== point || ++this.times !== this.plan.nth) {
      return;
    }
    say('reached', { point });
    process.kill(process.pid, this.plan.by);
    // The signal may be delivered to another thread first. This thread does nothing more until the signal has taken
    // effect.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    say('woken', { point });
  }
}
