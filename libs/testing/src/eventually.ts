import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 120 000: a bound for what hangs. A condition that comes to hold never waits for it. */
  readonly timeoutMs?: number;
  /** Default 25. */
  readonly intervalMs?: number;
}

/**
 * Waits for a condition instead of sleeping: calls `assertion` until it neither throws nor answers `false`, and resolves
 * with its answer. An attempt under way is not cut off; the bound is checked after it.
 *
 * @throws the assertion's last failure when the time is up.
 */
export async function eventually<Result>(
  assertion: () => Result | Promise<Result>,
  { timeoutMs = 120_000, intervalMs = 25 }: EventuallyOptions = {},
): Promise<Result> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      const result = await assertion();
      if (result === false) {
        throw new Error(`the condition did not become true within ${timeoutMs} ms`);
      }
      return result;
    } catch (failure) {
      if (performance.now() >= deadline) {
        throw failure;
      }
    }
    await delay(intervalMs);
  }
}
