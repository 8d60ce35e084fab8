export interface WorkLoopOptions {
  /** Resolves with true when there may be more to do at once. `stopping` is aborted when the loop is stopped. */
  readonly work: (stopping: AbortSignal) => Promise<boolean | void>;
  /** The longest that work can wait to be noticed, where nothing wakes the loop. */
  readonly pollIntervalMs: number;
  /** Whether the first work waits for the interval, too; `false` by default. */
  readonly sleepsFirst?: boolean;
  /**
   * The work failed, and not because the loop is being stopped; it is tried again after the interval. Must not throw.
   */
  readonly onFailed?: (error: unknown) => void;
}

/** Does its work again and again, never twice at a time. */
export class WorkLoop {
  private readonly stopping = new AbortController();
  private isWoken = false;
  private endSleep: (() => void) | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: WorkLoopOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** There is something to do now. */
  wake(): void {
    this.isWoken = true;
    this.endSleep?.();
  }

  /** Resolves when the work that is under way is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.endSleep?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    if (this.options.sleepsFirst) {
      await this.sleep();
    }
    while (!signal.aborted) {
      this.isWoken = false;
      if (!(await this.workOnce(signal))) {
        await this.sleep();
      }
    }
  }

  private async workOnce(signal: AbortSignal): Promise<boolean> {
    try {
      return (await this.options.work(signal)) === true;
    } catch (error) {
      if (!signal.aborted) {
        this.options.onFailed?.(error);
      }
      return false;
    }
  }

  private sleep(): Promise<void> {
    if (this.isWoken || this.stopping.signal.aborted) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.endSleep = undefined;
        resolve();
      };
      const timer = setTimeout(end, this.options.pollIntervalMs);
      this.endSleep = end;
    });
  }
}
