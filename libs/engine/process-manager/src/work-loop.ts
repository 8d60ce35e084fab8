import { silentLogger, type Logger } from '@tidemark/messaging';

export interface WorkLoopOptions {
  /** For the log. */
  readonly name: string;
  /** Resolves with true when there may be more to do at once. */
  readonly work: () => Promise<boolean>;
  /** The longest time until new work is noticed if no call wakes the loop. */
  readonly pollIntervalMs: number;
  readonly logger?: Logger;
}

/** Does its work again and again, never twice at a time; a failure is logged and tried again after the interval. */
export class WorkLoop {
  private isStopping = false;
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
    this.isStopping = true;
    this.endSleep?.();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      this.isWoken = false;
      if (!(await this.workOnce())) {
        await this.sleep();
      }
    }
  }

  private async workOnce(): Promise<boolean> {
    const { name, work, logger = silentLogger } = this.options;
    try {
      return await work();
    } catch (error) {
      logger.error({ err: error, loop: name }, `${name} failed; retrying`);
      return false;
    }
  }

  private sleep(): Promise<void> {
    if (this.isWoken || this.isStopping) {
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
