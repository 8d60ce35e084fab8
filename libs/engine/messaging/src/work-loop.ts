export interface WorkLoopOptions {
  /** Resolves with true when there may be more to do at once. `stopping` is aborted when the loop is stopped. */
  readonly work: (stopping: AbortSignal) => Promise<boolean | void>;
  /** The longest time until the loop notices work that does not wake it. */
  readonly pollIntervalMs: number;
  /** Whether the first work also waits for the interval; `false` by default. */
  readonly sleepsFirst?: boolean;
  /**
   * Called when the work failed, unless the end of the loop made it fail. The loop tries again after the interval. It
   * must not throw.
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

  /** Tells the loop that there is something to do now. */
  wake(): void {
    this.isWoken = true;
    this.endSleep?.();
  }

  /** Stops the loop. Resolves when the work under way is done. */
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
