export interface EventuallyOptions {
  /**
   * 120,000 by default. This is a limit for conditions that hang. It does not slow down a condition that becomes true.
   */
  readonly withinMs?: number;
  /** Default 25. */
  readonly everyMs?: number;
}

/**
 * Waits for a condition instead of sleeping: calls `assertion` until it neither throws nor returns `false`, and
 * resolves with its result. A running attempt is not cut off; the time limit is checked after it.
 *
 * @throws the assertion's last failure when the time is up.
 */
export async function eventually<Result>(
  assertion: () => Result | Promise<Result>,
  { withinMs = 120_000, everyMs = 25 }: EventuallyOptions = {},
): Promise<Result> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      const result = await assertion();
      if (result === false) {
        throw new Error(`the condition did not become true within ${withinMs} ms`);
      }
      return result;
    } catch (failure) {
      if (performance.now() >= deadline) {
        throw failure;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
