import { WorkLoop, type Logger } from '@tidemark/messaging';
import type { ProcessEngine } from './process-engine';

export interface TimerRunnerOptions {
  readonly engine: Pick<ProcessEngine, 'process' | 'fireTimers' | 'giveUpUnanswered'>;
  /** The longest delay until a due timer is noticed. Default 500 ms. */
  readonly pollIntervalMs?: number;
  /** The maximum number of instances per transaction. Default 50. */
  readonly batchSize?: number;
  readonly logger?: Logger;
}

/** Fires timers that are due by the database's clock, and gives up commands that have been unanswered for too long. */
export class TimerRunner {
  private readonly loop: WorkLoop;

  constructor({ engine, pollIntervalMs = 500, batchSize = 50, logger }: TimerRunnerOptions) {
    this.loop = new WorkLoop({
      pollIntervalMs,
      onFailed: (error) =>
        logger?.error({ err: error, process: engine.process }, 'could not fire timers; retrying'),
      work: async () => {
        const fired = await engine.fireTimers(batchSize);
        const stuck = await engine.giveUpUnanswered(batchSize);
        if (stuck > 0) {
          logger?.warn(
            { process: engine.process, stuck },
            'instances are stuck because their commands got no answer',
          );
        }
        return fired === batchSize || stuck === batchSize;
      },
    });
  }

  start(): void {
    this.loop.start();
  }

  /** Resolves when the transaction that is under way has ended. */
  stop(): Promise<void> {
    return this.loop.stop();
  }
}
