import { scopedLogger } from '@tidemark/messaging';
import { isUnavailable } from '@tidemark/postgres';
import { setTimeout as delay } from 'node:timers/promises';
import type { TidemarkOptions } from '../options';

const LOOK_AGAIN_MS = 250;

/**
 * Repeats the attempt while the database is unavailable: a container often starts before its database.
 *
 * @throws the attempt's error, and after `startTimeoutMs` that of the unavailable database
 */
export async function whenAvailable<Result>(
  { startTimeoutMs = 30_000 }: Pick<TidemarkOptions, 'startTimeoutMs'>,
  attempt: () => Promise<Result>,
  mayPass: (error: unknown) => boolean = isUnavailable,
): Promise<Result> {
  const deadline = performance.now() + startTimeoutMs;
  for (let isLogged = false; ; await delay(LOOK_AGAIN_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error) || performance.now() >= deadline) {
        throw error;
      }
      if (!isLogged) {
        scopedLogger('Tidemark').warn({ err: error, startTimeoutMs }, 'waiting for the database');
        isLogged = true;
      }
    }
  }
}
