import { setTimeout as delay } from 'node:timers/promises';

const intervalMs = 500;

/** Repeats `ask` until it returns an outcome, without a limit. */
export async function eventuallyDone<Outcome>(ask: () => Promise<Outcome | undefined>): Promise<Outcome> {
  for (;;) {
    const outcome = await ask();
    if (outcome !== undefined) {
      return outcome;
    }
    await delay(intervalMs);
  }
}
