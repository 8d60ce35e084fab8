export interface TurnsOptions {
  /** Those who work at the same time, at most. */
  readonly atOnce: number;
  /** How long a turn stays taken after the work, in percent of the time that the work took; 0 by default. */
  readonly restPercent?: number;
}

/** Limits how many callers work at a time. Later callers wait for a turn, in order. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private readonly restPercent: number;
  private free: number;

  constructor({ atOnce, restPercent = 0 }: TurnsOptions) {
    this.free = atOnce;
    this.restPercent = restPercent;
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.free > 0) {
      this.free -= 1;
    } else {
      await new Promise<void>((begin) => this.waiting.push(begin));
    }
    const begun = performance.now();
    try {
      return await work();
    } finally {
      const restMs = ((performance.now() - begun) * this.restPercent) / 100;
      if (restMs > 0) {
        setTimeout(() => this.end(), restMs);
      } else {
        this.end();
      }
    }
  }

  private end(): void {
    const next = this.waiting.shift();
    if (next) {
      next();
    } else {
      this.free += 1;
    }
  }
}
