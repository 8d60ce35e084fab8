/** Everything that survives a crash is behind one of these ports. */
export type Port =
  | 'process.commit'
  | 'outbox.claim'
  | 'broker.publish'
  | 'provider.capture'
  | 'provider.refund'
  | 'log.append'
  | 'broker.acknowledge';

/** The process crashes here and loses its memory. */
export class Crash extends Error {}

/** Numbers the moments before and after every port call, and crashes at the given ones. */
export class CrashPoints {
  /** The passed moments in order, such as `before log.append`. */
  readonly passed: string[] = [];
  private readonly at: Set<number>;

  /** @param at counted from 0 */
  constructor(...at: readonly number[]) {
    this.at = new Set(at);
  }

  call<Result>(port: Port, work: () => Result): Result {
    this.pass(`before ${port}`);
    const result = work();
    this.pass(`after ${port}`);
    return result;
  }

  /** Crashes at the nth moment from now on. */
  crashSoon(nth: number): void {
    this.at.add(this.passed.length + nth);
  }

  private pass(moment: string): void {
    this.passed.push(moment);
    if (this.at.has(this.passed.length - 1)) {
      throw new Crash(moment);
    }
  }
}
