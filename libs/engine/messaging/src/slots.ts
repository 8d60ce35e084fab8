export interface SlotsOptions {
  /** How long a slot stays taken after a task, in percent of the time that the task took; 0 by default. */
  readonly restPercent?: number | undefined;
}

/** Runs tasks in the order of their arrival, at most as many at a time as there are slots. */
export class Slots {
  private readonly waiting: (() => void)[] = [];
  private readonly restPercent: number;

  constructor(
    private free: number,
    { restPercent = 0 }: SlotsOptions = {},
  ) {
    this.restPercent = restPercent;
  }

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.free === 0) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.free -= 1;
    }
    const begun = performance.now();
    try {
      return await task();
    } finally {
      const restMs = ((performance.now() - begun) * this.restPercent) / 100;
      if (restMs > 0) {
        setTimeout(() => this.leave(), restMs);
      } else {
        this.leave();
      }
    }
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next) {
      next();
    } else {
      this.free += 1;
    }
  }
}
