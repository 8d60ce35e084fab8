import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';

export interface WhenThereOptions {
  /** What is waited for, as the log is to name it. */
  readonly what: string;
  /** Whether it may be there later without anybody's changing how this process was started. */
  readonly isPassing: (error: unknown) => boolean;
  /** 500 by default. */
  readonly lookAgainMs?: number;
}

/**
 * What the attempt resolves to, as soon as it does: for a provider that a service can't be made without. Why it has to wait
 * is logged once per reason.
 *
 * @throws what the attempt throws, when it does not pass
 */
export async function whenThere<Result>(
  attempt: () => Promise<Result>,
  { what, isPassing, lookAgainMs = 500 }: WhenThereOptions,
): Promise<Result> {
  for (let told = ''; ; await delay(lookAgainMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) {
        throw error;
      }
      const { message } = error as Error;
      if (message !== told) {
        new Logger('Start').warn({ err: error, waitingFor: what }, 'waits for what is not there yet');
        told = message;
      }
    }
  }
}
